"""API keys over HTTP: creating, listing and revoking."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from app.api_keys.model import KIND
from app.api_keys.revocation import end_keys, lock_lineage
from app.auth.authenticator import HEADER
from app.auth.permissions import PERMISSIONS, Permission, Role
from app.clock import now
from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.factories import make_user
from tests.support.problems import fields_of, problem_of
from tests.support.queries import audit_events
from tests.support.service import Caller, Service, client_of
from tests.support.sign_in import make_key
from tests.support.stored_tokens import stored_digests

KEYS = "/api/v1/api-keys"
ME = "/api/v1/users/me"
USERS = "/api/v1/users"
FORM = {"name": "reports", "scopes": ["account:write"]}


def holding(service: Service, key: str) -> httpx2.AsyncClient:
    """Make a client that sends a key."""
    client = client_of(service.app)
    client.headers[HEADER] = key
    return client


async def issued(caller: Caller, **form: Any) -> dict[str, Any]:
    """Create a key over HTTP."""
    response = await caller.client.post(KEYS, json={**FORM, **form})
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let the authenticator believe that it is another time."""
    monkeypatch.setattr("app.auth.authenticator.now", lambda: moment)


async def test_nobody_reaches_keys(client: httpx2.AsyncClient) -> None:
    problem_of(await client.get(KEYS), 401)
    problem_of(await client.post(KEYS, json=FORM), 401)
    problem_of(await client.delete(f"{KEYS}/{uuid4()}"), 401)


async def test_a_key_is_shown_once_and_stored_as_a_hash(
    service: Service, user: Caller, resources: Resources
) -> None:
    response = await user.client.post(KEYS, json=FORM)
    assert response.headers["cache-control"] == "no-store"
    made = response.json()
    assert set(made) == {
        *("id", "user_id", "name", "scopes", "created_at", "expires_at", "last_used_at", "key")
    }
    assert (made["name"], made["scopes"], made["expires_at"]) == (
        "reports",
        ["account:write"],
        None,
    )
    assert made["user_id"] == str(user.user.id)
    assert UUID(made["key"].split("_")[1]) == UUID(made["id"])
    listed = await user.client.get(KEYS)
    assert listed.json()["items"][0] == {name: made[name] for name in set(made) - {"key"}}
    secret = made["key"].split("_", 2)[2]
    assert secret not in listed.text
    digests = await stored_digests(resources, user.user.id, KIND)
    assert len(digests) == 2
    assert not any(secret.encode() in digest for digest in digests)
    async with holding(service, made["key"]) as client:
        assert (await client.get(f"{USERS}/me")).json()["id"] == str(user.user.id)


async def test_a_key_does_what_its_scopes_name_and_nothing_else(
    service: Service, admin: Caller
) -> None:
    made = await issued(admin, scopes=["account:write", "users:read"])
    async with holding(service, made["key"]) as client:
        assert (await client.patch(ME, json={"full_name": "New"})).status_code == 200
        assert (await client.get(USERS)).status_code == 200
        problem_of(await client.get(f"{USERS}/export"), 403)
        problem_of(await client.delete(f"{USERS}/{uuid4()}"), 403)


async def test_a_key_manages_keys_only_with_the_scope_for_it(
    service: Service, admin: Caller
) -> None:
    made = await issued(admin)
    narrow = await issued(admin, scopes=sorted(set(Permission) - {Permission.API_KEYS_WRITE}))
    async with holding(service, narrow["key"]) as client:
        problem_of(await client.get(KEYS), 403)
        problem_of(await client.post(KEYS, json=FORM), 403)
        problem_of(await client.delete(f"{KEYS}/{made['id']}"), 403)
        assert (await client.delete(f"{KEYS}/{narrow['id']}")).status_code == 204


@pytest.mark.parametrize("role", list(Role))
async def test_scopes_beyond_the_role_are_refused(service: Service, role: Role) -> None:
    async with service.caller(role) as caller:
        for permission in Permission:
            response = await caller.client.post(KEYS, json={"name": "k", "scopes": [permission]})
            allowed = permission in PERMISSIONS[role]
            assert response.status_code == (201 if allowed else 403), permission
        events = await audit_events(service.resources, "access.denied", actor_id=caller.user.id)
        assert len(events) == (PERMISSIONS[role] != set(Permission))


async def test_a_key_cannot_create_one_with_more_scopes(
    service: Service, admin: Caller, resources: Resources
) -> None:
    narrow = await issued(admin, scopes=["api_keys:write", "account:write"])
    async with holding(service, narrow["key"]) as client:
        wider = {"name": "wider", "scopes": ["account:write", "users:delete", "users:write"]}
        problem_of(await client.post(KEYS, json=wider), 403)
        assert (await client.post(KEYS, json=FORM)).status_code == 201
    [event] = await audit_events(resources, "access.denied", actor_id=admin.user.id)
    assert event.details == {"permission": "users:delete"}


async def test_a_narrow_key_that_manages_accounts_cannot_widen_itself_through_another_account(
    service: Service, admin: Caller
) -> None:
    made = await issued(admin, scopes=["api_keys:write", "users:write"])
    async with holding(service, made["key"]) as client:
        body = {"email": "mule@example.com", "full_name": "Mule", "role": "admin"}
        mule = (await client.post(USERS, json=body)).json()
        gift = {"name": "gift", "scopes": ["users:delete"], "user_id": mule["id"]}
        problem_of(await client.post(KEYS, json=gift), 403)
        gift["scopes"] = ["users:write"]
        assert (await client.post(KEYS, json=gift)).status_code == 201


async def test_a_role_that_is_taken_away_narrows_every_key_at_once(
    service: Service, admin: Caller, resources: Resources
) -> None:
    other = await make_user(resources, Role.ADMIN)
    key = await make_key(resources, other, *PERMISSIONS[Role.ADMIN])
    async with holding(service, key.key) as client:
        assert (await client.get(USERS)).status_code == 200
        await admin.client.patch(f"{USERS}/{other.id}", json={"role": "user"})
        problem_of(await client.get(USERS), 403)


async def test_a_role_that_is_taken_away_meanwhile_gives_no_key(
    admin: Caller, resources: Resources
) -> None:
    other = await make_user(resources, Role.ADMIN)
    body = {"name": "late", "scopes": ["users:read"], "user_id": str(other.id)}
    async with resources.database.transaction() as transaction:
        await UserRepository(transaction).lock(admin.user.id)
        attempt = asyncio.create_task(admin.client.post(KEYS, json=body))
        # Until it is at the database, where it has to wait.
        await asyncio.sleep(0.3)
        await UserRepository(transaction).update(admin.user.id, role=Role.USER)
    problem_of(await attempt, 403)


async def test_an_admin_gives_an_account_a_key(service: Service, admin: Caller) -> None:
    other = await make_user(service.resources)
    made = await issued(admin, user_id=str(other.id), scopes=["api_keys:write", "account:write"])
    assert made["user_id"] == str(other.id)
    async with holding(service, made["key"]) as client:
        assert (await client.get(f"{USERS}/me")).json()["id"] == str(other.id)
        assert [item["id"] for item in (await client.get(KEYS)).json()["items"]] == [made["id"]]
    listed = (await admin.client.get(KEYS)).json()["items"]
    assert made["id"] not in {item["id"] for item in listed}
    [event] = await audit_events(service.resources, "api_key.created", actor_id=admin.user.id)
    assert event.subject_id == other.id
    assert event.details == {"id": made["id"]}


async def test_the_log_names_a_key_and_does_not_show_it(
    admin: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    made = await issued(admin)
    lines = capsys.readouterr().out
    assert f'"id": "{made["id"]}", "event": "api_key.created"' in lines
    assert made["key"].split("_", 2)[2] not in lines


async def test_a_given_key_stays_inside_the_role_of_its_account(
    service: Service, admin: Caller
) -> None:
    other = await make_user(service.resources)
    body = {"name": "k", "scopes": ["users:read"], "user_id": str(other.id)}
    problem_of(await admin.client.post(KEYS, json=body), 403)


async def test_only_who_manages_accounts_gives_keys(
    user: Caller, moderator: Caller, resources: Resources
) -> None:
    other = await make_user(resources)
    for caller in (user, moderator):
        for user_id in (other.id, caller.user.id, uuid4()):
            body = {**FORM, "user_id": str(user_id)}
            problem_of(await caller.client.post(KEYS, json=body), 403)


async def test_no_key_for_an_account_that_is_absent_or_disabled(
    admin: Caller, resources: Resources
) -> None:
    disabled = await make_user(resources, is_active=False)
    absent_form = {**FORM, "user_id": str(uuid4())}
    problem_of(await admin.client.post(KEYS, json=absent_form), 404)
    disabled_form = {**FORM, "user_id": str(disabled.id)}
    problem_of(await admin.client.post(KEYS, json=disabled_form), 409)


async def test_a_revoked_key_is_refused_immediately(
    service: Service, user: Caller, resources: Resources
) -> None:
    made = await issued(user)
    async with holding(service, made["key"]) as client:
        assert (await client.get(ME)).status_code == 200
        response = await user.client.delete(f"{KEYS}/{made['id']}")
        assert (response.status_code, response.content) == (204, b"")
        problem_of(await client.get(ME), 401)
    listed = (await user.client.get(KEYS)).json()["items"]
    assert made["id"] not in {item["id"] for item in listed}
    problem_of(await user.client.delete(f"{KEYS}/{made['id']}"), 404)
    [event] = await audit_events(resources, "api_key.revoked", actor_id=user.user.id)
    assert event.details == {"id": made["id"]}


async def test_a_key_can_end_itself(service: Service, user: Caller) -> None:
    for written in (str.lower, str.upper):
        made = await issued(user)
        async with holding(service, made["key"]) as client:
            assert (await client.delete(f"{KEYS}/{written(made['id'])}")).status_code == 204
            problem_of(await client.get(ME), 401)


async def test_another_accounts_key_looks_like_a_missing_one(
    service: Service, user: Caller, moderator: Caller
) -> None:
    made = await issued(user)
    theirs = await moderator.client.delete(f"{KEYS}/{made['id']}")
    absent = await moderator.client.delete(f"{KEYS}/{uuid4()}")
    assert problem_of(theirs, 404)["detail"] == problem_of(absent, 404)["detail"]
    listed = (await moderator.client.get(KEYS)).json()["items"]
    assert {item["user_id"] for item in listed} == {str(moderator.user.id)}
    async with holding(service, made["key"]) as client:
        assert (await client.get(ME)).status_code == 200


async def test_who_manages_accounts_ends_any_key(
    service: Service, user: Caller, admin: Caller
) -> None:
    made = await issued(user)
    narrow = await issued(admin, scopes=["api_keys:write"])
    async with holding(service, narrow["key"]) as client:
        problem_of(await client.delete(f"{KEYS}/{made['id']}"), 404)
    assert (await admin.client.delete(f"{KEYS}/{made['id']}")).status_code == 204
    async with holding(service, made["key"]) as client:
        problem_of(await client.get(ME), 401)
    [event] = await audit_events(
        service.resources, "api_key.revoked", subject_id=user.user.id, actor_id=admin.user.id
    )
    assert event.details == {"id": made["id"]}


async def test_revoking_a_key_revokes_the_keys_created_with_it(
    service: Service, admin: Caller, resources: Resources
) -> None:
    scopes = ["api_keys:write", "account:write", "users:write"]
    other = await make_user(resources, Role.ADMIN)
    stolen = await issued(admin, scopes=scopes)
    made = [stolen]
    for user_id in (None, str(other.id), None):
        async with holding(service, made[-1]["key"]) as client:
            body = {"name": "copy", "scopes": scopes, "user_id": user_id}
            made.append((await client.post(KEYS, json=body)).json())
    assert (await admin.client.delete(f"{KEYS}/{stolen['id']}")).status_code == 204
    for key in made:
        async with holding(service, key["key"]) as client:
            problem_of(await client.get(ME), 401)
    events = await audit_events(resources, "api_key.revoked", actor_id=admin.user.id)
    assert {event.details["id"] for event in events} == {key["id"] for key in made}
    assert (await admin.client.get(ME)).status_code == 200


async def test_no_key_is_made_with_one_that_ends_in_the_meantime(
    service: Service, admin: Caller, resources: Resources
) -> None:
    made = await issued(admin, scopes=["api_keys:write", "account:write"])
    async with holding(service, made["key"]) as client:
        async with resources.database.transaction() as transaction:
            lineage = await lock_lineage(transaction, [UUID(made["id"])])
            attempt = asyncio.create_task(client.post(KEYS, json=FORM))
            await asyncio.sleep(0.2)
            assert not attempt.done()
            await end_keys(transaction, lineage, admin.user.id)
        problem_of(await attempt, 401)


async def test_an_account_has_a_hundred_keys_at_most(user: Caller, resources: Resources) -> None:
    for _ in range(99):
        last = await make_key(resources, user.user)
    problem_of(await user.client.post(KEYS, json=FORM), 409)
    assert (await user.client.delete(f"{KEYS}/{last.id}")).status_code == 204
    await issued(user)


async def test_a_key_expires(
    service: Service, user: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    expires_at = now() + timedelta(hours=1)
    made = await issued(user, expires_at=expires_at.isoformat())
    assert made["expires_at"] is not None
    assert datetime.fromisoformat(made["expires_at"]) == expires_at
    async with holding(service, made["key"]) as client:
        at(monkeypatch, expires_at - timedelta(seconds=1))
        assert (await client.get(ME)).status_code == 200
        at(monkeypatch, expires_at)
        problem_of(await client.get(ME), 401)


@pytest.mark.parametrize(
    "expires_at",
    [
        "2020-01-01T00:00:00Z",
        "2099-01-01T00:00:00",
        "2099-13-45T00:00:00Z",
        "2099-02-29T00:00:00Z",
        "2099-01-01T00:00Z",
        "2099-01-01 00:00:00Z",
        "2099-01-01T00:00:00+0100",
        "2099-01-01",
        "9999-12-31T23:59:59-23:59",
        "4070908800",
        4_070_908_800,
        4_070_908_800.5,
        "tomorrow",
        "",
        True,
        ["2099-01-01"],
    ],
)
async def test_an_expiry_is_a_time_with_a_zone_in_the_future(
    user: Caller, expires_at: object
) -> None:
    response = await user.client.post(KEYS, json={**FORM, "expires_at": expires_at})
    assert fields_of(response) == ["expires_at"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2099-01-01T01:00:00+01:00", "2099-01-01T00:00:00Z"),
        ("2099-01-01t00:00:00.5z", "2099-01-01T00:00:00.500000Z"),
    ],
)
async def test_an_expiry_is_kept_in_utc(user: Caller, given: str, kept: str) -> None:
    assert (await issued(user, expires_at=given))["expires_at"] == kept


async def test_a_key_cannot_make_one_that_outlives_it(service: Service, user: Caller) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    scopes = ["api_keys:write", "account:write"]
    made = await issued(user, expires_at=soon.isoformat(), scopes=scopes)
    async with holding(service, made["key"]) as client:
        later = {**FORM, "expires_at": (soon + timedelta(seconds=1)).isoformat()}
        problem_of(await client.post(KEYS, json=later), 403)
        unlimited = (await client.post(KEYS, json=FORM)).json()
        assert unlimited["expires_at"] is not None
        assert datetime.fromisoformat(unlimited["expires_at"]) == soon
        sooner = {**FORM, "expires_at": (soon - timedelta(minutes=1)).isoformat()}
        assert (await client.post(KEYS, json=sooner)).status_code == 201


async def test_what_no_key_can_be_is_refused(user: Caller) -> None:
    refused: list[tuple[str, object]] = [
        ("name", ""),
        ("name", "n" * 101),
        ("name", None),
        ("scopes", []),
        ("scopes", ["users:everything"]),
        ("scopes", "account:write"),
        ("scopes", None),
        ("scopes", ["*"]),
        ("user_id", "me"),
        ("id", str(uuid4())),
        ("key", "csa_mine"),
        ("last_used_at", "2026-01-31T12:00:00Z"),
    ]
    for field, value in refused:
        response = await user.client.post(KEYS, json={**FORM, field: value})
        assert [name.partition(".")[0] for name in fields_of(response)] == [field], value


async def test_keys_are_listed_in_pages(user: Caller) -> None:
    made = [await issued(user, name=f"key {number}") for number in range(3)]
    first = (await user.client.get(KEYS, params={"limit": 2})).json()
    cursor = {"limit": 2, "cursor": first["next_cursor"]}
    second = (await user.client.get(KEYS, params=cursor)).json()
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert ids[:3] == [key["id"] for key in reversed(made)]
    assert len(ids) == 4
    assert second["next_cursor"] is None


async def test_keys_end_with_their_account(
    service: Service, user: Caller, admin: Caller, resources: Resources
) -> None:
    made = await issued(user)
    await admin.client.patch(f"{USERS}/{user.user.id}", json={"is_active": False})
    async with resources.database.transaction() as transaction:
        await UserRepository(transaction).update(user.user.id, is_active=True)
    async with holding(service, made["key"]) as client:
        problem_of(await client.get(ME), 401)
    assert (await admin.client.delete(f"{USERS}/{user.user.id}")).status_code == 204
    assert await stored_digests(resources, user.user.id) == []


async def test_what_is_made_says_where_it_is(admin: Caller) -> None:
    for path, form in ((KEYS, FORM), (USERS, {"email": "new@example.com", "full_name": "New"})):
        response = await admin.client.post(path, json=form)
        assert response.status_code == 201
        assert response.headers["location"] == f"{path}/{response.json()['id']}"
