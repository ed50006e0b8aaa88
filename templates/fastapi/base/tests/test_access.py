"""Who may call which route on whose data: every role, owner and endpoint."""

from uuid import uuid4

import pytest

from app.auth.permissions import Role
from app.resources import Resources
from app.users.model import User
from tests.support.factories import make_note, make_user
from tests.support.problems import problem_of
from tests.support.service import Service

NOTES = "/api/v1/notes"
USERS = "/api/v1/users"
NOTE = {"title": "Title"}

# Method, path, body, and the status for a user, a moderator and an admin.
MATRIX = [
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


@pytest.mark.parametrize(("column", "role"), [*enumerate(Role)])
async def test_a_role_may_do_what_the_matrix_says(
    service: Service, column: int, role: Role
) -> None:
    expected = {}
    actual = {}
    async with service.caller(role) as caller:
        for method, path, body, *statuses in MATRIX:
            url = await _fill(path, service.resources, caller.user)
            response = await caller.client.request(method, url, json=body)
            expected[method, path] = statuses[column]
            actual[method, path] = response.status_code
            if response.status_code >= 400:
                problem_of(response, response.status_code)
    assert actual == expected


async def test_nobody_may_do_any_of_it(service: Service) -> None:
    owner = await make_user(service.resources)
    for method, path, body, *_ in MATRIX:
        url = await _fill(path, service.resources, owner)
        response = await service.client.request(method, url, json=body)
        problem_of(response, 401)
        assert response.headers["www-authenticate"]


async def _fill(path: str, resources: Resources, caller: User) -> str:
    if "<own>" in path:
        return path.replace("<own>", str((await make_note(resources, caller)).id))
    if "<other>" in path:
        note = await make_note(resources, await make_user(resources))
        return path.replace("<other>", str(note.id))
    if "<user>" in path:
        return path.replace("<user>", str((await make_user(resources)).id))
    return path.replace("<absent>", str(uuid4()))
