"""Account creation over HTTP."""

import asyncio

import httpx2

from app.auth.permissions import Role
from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.problems import fields_of, problem_of
from tests.support.queries import audit_events
from tests.support.service import Caller

USERS = "/api/v1/users"
FORM = {"email": "New@Example.com", "full_name": "New", "role": "moderator"}


async def test_nobody_registers(client: httpx2.AsyncClient) -> None:
    problem_of(await client.post(USERS, json=FORM), 401)
    problem_of(await client.post("/api/v1/auth/register", json=FORM), 404)


async def test_only_who_manages_accounts_makes_one(
    user: Caller, moderator: Caller, resources: Resources
) -> None:
    for caller in (user, moderator):
        problem_of(await caller.client.post(USERS, json=FORM), 403)
    async with resources.database.reader() as reader:
        assert await UserRepository(reader).get_by_email("new@example.com") is None


async def test_an_admin_makes_an_account(admin: Caller, resources: Resources) -> None:
    response = await admin.client.post(USERS, json=FORM)
    assert response.status_code == 201
    made = response.json()
    assert (made["email"], made["full_name"], made["role"]) == (
        *("new@example.com", "New", "moderator"),
    )
    assert (made["is_active"], made["email_verified"]) == (True, False)
    async with resources.database.reader() as reader:
        stored = await UserRepository(reader).get_by_email("new@example.com")
    assert stored is not None
    assert str(stored.id) == made["id"]
    [event] = await audit_events(resources, "user.created", subject_id=stored.id)
    assert (event.actor_id, event.details) == (admin.user.id, {"role": "moderator"})


async def test_a_new_account_shows_in_lists_at_once(admin: Caller) -> None:
    await admin.client.get(USERS)
    made = (await admin.client.post(USERS, json=FORM)).json()
    assert (await admin.client.get(USERS)).json()["items"][0] == made


async def test_without_a_role_an_account_has_the_least(admin: Caller) -> None:
    form = {"email": "new@example.com", "full_name": "New"}
    assert (await admin.client.post(USERS, json=form)).json()["role"] == Role.USER


async def test_an_address_has_one_account_in_any_spelling(admin: Caller) -> None:
    answers = await asyncio.gather(
        *(
            admin.client.post(USERS, json={**FORM, "email": email})
            for email in ("same@example.com", "Same@Example.com", "same@EXAMPLE.COM")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_what_no_account_can_be_is_refused(admin: Caller) -> None:
    refused: list[tuple[str, object]] = [
        ("email", "nobody"),
        ("email", ""),
        ("email", "a" * 250 + "@example.com"),
        ("email", None),
        ("full_name", ""),
        ("full_name", "n" * 201),
        ("role", "root"),
        ("role", None),
        ("is_active", True),
        ("email_verified", True),
        ("id", "x"),
    ]
    for field, value in refused:
        response = await admin.client.post(USERS, json={**FORM, field: value})
        assert fields_of(response) == [field], value
