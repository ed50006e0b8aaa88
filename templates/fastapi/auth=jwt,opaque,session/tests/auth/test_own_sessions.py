"""Listing and ending one's own sessions only."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
import time_machine

from app.auth import own_sessions
from app.clock import now
from app.resources import Resources
from app.tokens.revocation import revoke_family
from app.users.repository import UserRepository
from tests.support.accounts import ME_URL
from tests.support.problems import problem_of
from tests.support.queries import audit_events, audited
from tests.support.service import Caller, Service, client_of
from tests.support.sign_in import sign_in

SESSIONS_URL = "/api/v1/auth/sessions"


async def listed(caller: Caller) -> list[dict[str, Any]]:
    answer = await caller.client.get(SESSIONS_URL, params={"limit": 100})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_nobody_sees_or_ends_sessions(client: httpx2.AsyncClient) -> None:
    problem_of(await client.get(SESSIONS_URL), 401)
    problem_of(await client.delete(f"{SESSIONS_URL}/{uuid4()}"), 401)


async def test_the_owner_sees_when_and_where_each_session_began(
    service: Service, user: Caller
) -> None:
    begun = now()
    async with client_of(service.app, "2001:db8::7") as client:
        await sign_in(client, service.resources, user.user)
        other, own = await listed(user)
        assert own["current"] is True
        assert own["client_address"] == "192.0.2.1"
        assert other["current"] is False
        assert other["client_address"] == "2001:db8::7"
        for session in (own, other):
            assert set(session) == {
                "id",
                "created_at",
                "last_used_at",
                "expires_at",
                "client_address",
                "current",
            }
            times = [session[f"{name}_at"] for name in ("created", "last_used", "expires")]
            created, used, expires = [datetime.fromisoformat(time) for time in times]
            assert created <= used < expires
        assert datetime.fromisoformat(other["created_at"]) >= begun - timedelta(seconds=1)


async def test_sessions_come_in_pages(service: Service, user: Caller) -> None:
    async with service.caller(user=user.user):
        first = (await user.client.get(SESSIONS_URL, params={"limit": 1})).json()
        cursor = first["next_cursor"]
        second = (await user.client.get(SESSIONS_URL, params={"limit": 1, "cursor": cursor})).json()
        items = first["items"] + second["items"]
        assert [item["current"] for item in items] == [False, True]
        assert second["next_cursor"] is None


async def test_ending_a_session_ends_it_at_once_and_no_other(
    service: Service, user: Caller, resources: Resources
) -> None:
    async with service.caller(user=user.user) as other:
        (foreign,) = [session for session in await listed(user) if not session["current"]]
        url = f"{SESSIONS_URL}/{foreign['id']}"
        assert (await user.client.delete(url)).status_code == 204
        assert (await other.client.get(ME_URL)).status_code == 401
        problem_of(await user.client.delete(url), 404)
    assert [session["current"] for session in await listed(user)] == [True]
    assert "auth.session.ended" in await audited(resources, user.user.id)


async def test_the_current_session_can_be_ended_too(user: Caller) -> None:
    (own,) = await listed(user)
    assert (await user.client.delete(f"{SESSIONS_URL}/{own['id']}")).status_code == 204
    assert (await user.client.get(ME_URL)).status_code == 401


async def test_another_accounts_session_looks_like_a_missing_one(
    user: Caller, admin: Caller
) -> None:
    (own,) = await listed(user)
    answers = [
        await admin.client.delete(f"{SESSIONS_URL}/{session_id}")
        for session_id in (own["id"], uuid4())
    ]
    first, second = [problem_of(answer, 404) | {"request_id": ""} for answer in answers]
    assert first == second
    assert (await user.client.get(ME_URL)).status_code == 200
    assert own["id"] not in {session["id"] for session in await listed(admin)}


async def test_a_caller_whose_session_ends_while_it_waits_ends_nothing(
    service: Service, user: Caller, resources: Resources
) -> None:
    async with service.caller(user=user.user) as other:
        (own,) = [session for session in await listed(user) if session["current"]]
        (kept,) = [session for session in await listed(user) if not session["current"]]
        async with resources.database.transaction() as transaction:
            await UserRepository(transaction).lock(user.user.id)
            await revoke_family(transaction, UUID(own["id"]), now())
            ending = asyncio.create_task(user.client.delete(f"{SESSIONS_URL}/{kept['id']}"))
            # Until it is at the database, where it has to wait.
            await asyncio.sleep(0.3)
        problem_of(await ending, 401)
        assert (await other.client.get(ME_URL)).status_code == 200


async def test_over_the_limit_the_oldest_session_ends(
    service: Service, user: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own_sessions.MAX_SESSIONS == 100
    monkeypatch.setattr(own_sessions, "MAX_SESSIONS", 2)
    async with (
        service.caller(user=user.user) as second,
        service.caller(user=user.user) as third,
    ):
        assert len(await listed(third)) == 2
        statuses = [
            (await caller.client.get(ME_URL)).status_code for caller in (user, second, third)
        ]
    assert statuses == [401, 200, 200]
    [event] = await audit_events(service.resources, "auth.session.ended", subject_id=user.user.id)
    assert event.actor_id is None


async def test_a_session_that_has_ended_is_not_listed(service: Service, user: Caller) -> None:
    async with service.caller(user=user.user):
        assert len(await listed(user)) == 2
    with time_machine.travel(now() + timedelta(days=31)):
        await sign_in(user.client, service.resources, user.user)
        assert [session["current"] for session in await listed(user)] == [True]
