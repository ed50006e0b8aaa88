"""Who may do what with whose notes."""

from uuid import uuid4

import pytest

from app.auth.permissions import Role
from app.resources import Resources
from app.users.model import User
from tests.notes.factories import make_note
from tests.support.access import Row, check_nobody, check_role
from tests.support.factories import make_user
from tests.support.service import Service

NOTES = "/api/v1/notes"
NOTE = {"title": "Title"}
TABLE: list[Row] = [
    ("GET", NOTES, None, 200, 200, 200),
    ("POST", NOTES, NOTE, 201, 201, 201),
    ("GET", f"{NOTES}/<own>", None, 200, 200, 200),
    ("PATCH", f"{NOTES}/<own>", NOTE, 200, 200, 200),
    ("DELETE", f"{NOTES}/<own>", None, 204, 204, 204),
    ("GET", f"{NOTES}/<other>", None, 404, 200, 200),
    ("PATCH", f"{NOTES}/<other>", NOTE, 404, 404, 404),
    ("DELETE", f"{NOTES}/<other>", None, 404, 204, 204),
    ("GET", f"{NOTES}/<absent>", None, 404, 404, 404),
    ("PATCH", f"{NOTES}/<absent>", NOTE, 404, 404, 404),
    ("DELETE", f"{NOTES}/<absent>", None, 404, 404, 404),
]


async def _fill(path: str, resources: Resources, caller: User) -> str:
    if "<own>" in path:
        return path.replace("<own>", str((await make_note(resources, caller)).id))
    if "<other>" in path:
        note = await make_note(resources, await make_user(resources))
        return path.replace("<other>", str(note.id))
    return path.replace("<absent>", str(uuid4()))


@pytest.mark.parametrize("role", Role)
async def test_a_role_may_do_what_the_table_says(service: Service, role: Role) -> None:
    await check_role(service, role, TABLE, _fill)


async def test_nobody_may_do_any_of_it(service: Service) -> None:
    await check_nobody(service, TABLE, _fill)
