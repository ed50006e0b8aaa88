"""Who may do what with whose account."""

from uuid import uuid4

import pytest

from app.auth.permissions import Role
from app.resources import Resources
from app.users.model import User
from tests.support.access import Row, check_nobody, check_role
from tests.support.factories import make_user
from tests.support.service import Service

USERS = "/api/v1/users"
TABLE: list[Row] = [
    ("GET", f"{USERS}/me", None, 200, 200, 200),
    ("PATCH", f"{USERS}/me", {"full_name": "New"}, 200, 200, 200),
    ("GET", USERS, None, 403, 403, 200),
    ("GET", f"{USERS}/export", None, 403, 403, 200),
    ("GET", f"{USERS}/<user>", None, 403, 403, 200),
    ("PATCH", f"{USERS}/<user>", {"is_active": True}, 403, 403, 200),
    ("DELETE", f"{USERS}/<user>", None, 403, 403, 204),
    ("DELETE", f"{USERS}/<user>/sessions", None, 403, 403, 204),
    ("GET", f"{USERS}/<absent>", None, 403, 403, 404),
    ("PATCH", f"{USERS}/<absent>", {"is_active": True}, 403, 403, 404),
    ("DELETE", f"{USERS}/<absent>", None, 403, 403, 404),
    ("DELETE", f"{USERS}/me", None, 204, 204, 409),  # last: nobody is left
]


async def _fill(path: str, resources: Resources, _caller: User) -> str:
    if "<user>" in path:
        return path.replace("<user>", str((await make_user(resources)).id))
    return path.replace("<absent>", str(uuid4()))


@pytest.mark.parametrize("role", Role)
async def test_a_role_may_do_what_the_table_says(service: Service, role: Role) -> None:
    await check_role(service, role, TABLE, _fill)


async def test_nobody_may_do_any_of_it(service: Service) -> None:
    await check_nobody(service, TABLE, _fill)
