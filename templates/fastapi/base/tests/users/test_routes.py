"""Accounts over HTTP: one's own, and those of others."""

from datetime import datetime
from uuid import UUID, uuid4

import httpx2

from app.auth.permissions import Role
from app.resources import Resources
from tests.support.factories import find_user, make_user
from tests.support.problems import fields_of, problem_of
from tests.support.queries import audit_events
from tests.support.service import Caller, Service

USERS = "/api/v1/users"
ME = f"{USERS}/me"
FIELDS = {"id", "email", "full_name", "role", "is_active", "email_verified", "created_at"}


async def test_anonymous_callers_cannot_read_accounts(client: httpx2.AsyncClient) -> None:
    for path in (ME, USERS, f"{USERS}/export", f"{USERS}/{uuid4()}"):
        problem_of(await client.get(path), 401)


async def test_the_callers_account_has_the_contracts_fields_and_no_other(user: Caller) -> None:
    me = (await user.client.get(ME)).json()
    assert set(me) == FIELDS
    assert UUID(me["id"]) == user.user.id
    assert (me["email"], me["role"]) == (user.user.email, "user")
    assert (me["is_active"], me["email_verified"]) == (True, True)
    assert me["created_at"].endswith("Z")
    assert datetime.fromisoformat(me["created_at"]) == user.user.created_at


async def test_the_caller_changes_the_own_name(user: Caller) -> None:
    response = await user.client.patch(ME, json={"full_name": "New Name"})
    assert response.status_code == 200
    assert response.json() == {**response.json(), "full_name": "New Name", "role": "user"}
    assert (await user.client.get(ME)).json() == response.json()


async def test_names_of_every_allowed_length_are_taken(user: Caller) -> None:
    for body in ({}, {"full_name": "n" * 200}, {"full_name": "n"}):
        assert (await user.client.patch(ME, json=body)).status_code == 200


async def test_privileged_fields_are_refused_and_not_ignored(
    user: Caller, resources: Resources
) -> None:
    refused: list[tuple[str, object]] = [
        ("role", "admin"),
        ("is_active", True),
        ("email", "new@example.com"),
        ("email_verified", True),
        ("id", str(uuid4())),
        ("created_at", "2026-01-31T12:00:00Z"),
        ("permissions", ["users:read"]),
        ("__class__", "x"),
        ("full_name", ""),
        ("full_name", "n" * 201),
        ("full_name", None),
        ("full_name", 1),
        ("full_name", {"$ne": ""}),
    ]
    for field, value in refused:
        response = await user.client.patch(ME, json={"full_name": "New Name", field: value})
        assert fields_of(response) == [field], value
    assert await find_user(resources, user.user) == user.user


async def test_a_refused_value_is_not_repeated(user: Caller) -> None:
    response = await user.client.patch(ME, json={"full_name": "\u2620" + "n" * 200, "x": "hunter2"})
    assert "hunter2" not in response.text
    assert "\u2620" not in response.text


async def test_the_caller_leaves(user: Caller, resources: Resources) -> None:
    response = await user.client.delete(ME)
    assert (response.status_code, response.content) == (204, b"")
    problem_of(await user.client.get(ME), 401)
    assert await find_user(resources, user.user) is None
    [event] = await audit_events(resources, "user.deleted", subject_id=user.user.id)
    assert event.actor_id == user.user.id


async def test_an_admin_reads_accounts(admin: Caller, resources: Resources) -> None:
    other = await make_user(resources)
    page = (await admin.client.get(USERS)).json()
    assert [item["id"] for item in page["items"]] == [str(other.id), str(admin.user.id)]
    assert all(set(item) == FIELDS for item in page["items"])
    assert (await admin.client.get(f"{USERS}/{other.id}")).json() == page["items"][0]


async def test_an_account_that_does_not_exist_is_not_found(admin: Caller) -> None:
    path = f"{USERS}/{uuid4()}"
    problem_of(await admin.client.get(path), 404)
    problem_of(await admin.client.patch(path, json={"is_active": False}), 404)
    problem_of(await admin.client.delete(path), 404)
    problem_of(await admin.client.delete(f"{path}/sessions"), 404)


async def test_an_admin_disables_and_enables_an_account(admin: Caller, user: Caller) -> None:
    path = f"{USERS}/{user.user.id}"
    assert (await admin.client.patch(path, json={"is_active": False})).json()["is_active"] is False
    problem_of(await user.client.get(ME), 401)
    assert (await admin.client.patch(path, json={"is_active": True})).json()["is_active"] is True
    # The access that ended does not come back with the account.
    problem_of(await user.client.get(ME), 401)


async def test_an_admin_cannot_change_anything_else(admin: Caller, resources: Resources) -> None:
    other = await make_user(resources)
    refused: list[tuple[str, object]] = [
        ("is_active", "false"),
        ("is_active", 0),
        ("is_active", None),
        ("full_name", "New"),
        ("email", "new@example.com"),
        ("email_verified", True),
        ("unknown", 1),
    ]
    for field, value in refused:
        body = {"is_active": False, field: value}
        response = await admin.client.patch(f"{USERS}/{other.id}", json=body)
        assert fields_of(response) == [field], value
    assert await find_user(resources, other) == other


async def test_an_admin_deletes_an_account(admin: Caller, user: Caller) -> None:
    assert (await admin.client.delete(f"{USERS}/{user.user.id}")).status_code == 204
    problem_of(await admin.client.get(f"{USERS}/{user.user.id}"), 404)
    problem_of(await user.client.get(ME), 401)


async def test_an_admin_can_end_all_access_to_an_account(
    service: Service, admin: Caller, user: Caller
) -> None:
    async with service.caller(Role.USER, user.user) as elsewhere:
        response = await admin.client.delete(f"{USERS}/{user.user.id}/sessions")
        assert (response.status_code, response.content) == (204, b"")
        for caller in (user, elsewhere):
            problem_of(await caller.client.get(ME), 401)
    assert (await admin.client.get(ME)).status_code == 200
    assert await find_user(service.resources, user.user) == user.user
    [event] = await audit_events(service.resources, "user.sessions.ended", subject_id=user.user.id)
    assert event.actor_id == admin.user.id


async def test_the_last_active_admin_stays(admin: Caller, resources: Resources) -> None:
    # One that is disabled cannot stand in.
    await make_user(resources, Role.ADMIN, is_active=False)
    own = f"{USERS}/{admin.user.id}"
    removals: list[tuple[str, str, dict[str, object] | None]] = [
        ("PATCH", own, {"is_active": False}),
        ("DELETE", own, None),
        ("DELETE", ME, None),
    ]
    for method, path, body in removals:
        problem_of(await admin.client.request(method, path, json=body), 409)
        assert await find_user(resources, admin.user) == admin.user
    assert (await admin.client.get(ME)).status_code == 200


async def test_an_admin_with_a_successor_may_go(service: Service) -> None:
    await make_user(service.resources, Role.ADMIN)
    async with service.caller(Role.ADMIN) as admin:
        response = await admin.client.patch(f"{USERS}/{admin.user.id}", json={"is_active": False})
        assert response.status_code == 200
    async with service.caller(Role.ADMIN) as admin:
        assert (await admin.client.delete(ME)).status_code == 204


async def test_the_last_admin_may_be_changed_in_ways_that_leave_an_admin(admin: Caller) -> None:
    path = f"{USERS}/{admin.user.id}"
    assert (await admin.client.patch(path, json={"is_active": True})).status_code == 200
    assert (await admin.client.patch(path, json={})).status_code == 200


async def test_no_response_contains_a_credential(service: Service, admin: Caller) -> None:
    for path in (ME, USERS, f"{USERS}/{admin.user.id}", f"{USERS}/export"):
        text = (await admin.client.get(path)).text.lower()
        assert not [word for word in ("passw", "hash", "secret", "token") if word in text]
