"""Refusals: one event a minute for each caller, and none forgotten."""

import asyncio

import pytest
import time_machine

from app.audit.repository import AuditRepository
from app.clock import now
from tests.support.queries import audit_events
from tests.support.service import Caller, Service, client_of
from tests.support.sign_in import CREDENTIAL_HEADERS, CREDENTIAL_START

EXPORT = "/api/v1/users/export"
WRONG = {CREDENTIAL_HEADERS[0].decode(): f"{CREDENTIAL_START.decode()}wrong"}


async def test_repeated_refusals_are_one_event_a_minute_with_a_count(
    service: Service, user: Caller
) -> None:
    for _ in range(50):
        assert (await user.client.get(EXPORT)).status_code == 403
    [first] = await audit_events(service.resources, "access.denied", actor_id=user.user.id)
    assert first.details == {"permission": "users:export"}
    for seconds in (61, 122):
        with time_machine.travel(now().timestamp() + seconds):
            assert (await user.client.get(EXPORT)).status_code == 403
    _, second, third = await audit_events(service.resources, "access.denied", actor_id=user.user.id)
    assert second.details == {"permission": "users:export", "repeated": "49"}
    assert third.details == {"permission": "users:export"}


async def test_refusals_at_the_same_time_are_all_counted(service: Service, user: Caller) -> None:
    async with service.caller() as other:
        for caller in (user, other):
            answers = await asyncio.gather(*(caller.client.get(EXPORT) for _ in range(50)))
            assert {answer.status_code for answer in answers} == {403}
        with time_machine.travel(now().timestamp() + 61):
            assert (await user.client.get(EXPORT)).status_code == 403
    events = await audit_events(service.resources, "access.denied", actor_id=user.user.id)
    assert len(events) == 2
    assert sum(int(event.details.get("repeated", 0)) for event in events) == 49


async def test_refusals_of_another_caller_are_counted_apart(service: Service, user: Caller) -> None:
    async with service.caller() as other:
        await asyncio.gather(user.client.get(EXPORT), other.client.get(EXPORT))
        for caller in (user, other):
            events = await audit_events(service.resources, "access.denied", actor_id=caller.user.id)
            assert len(events) == 1


async def test_a_refused_credential_is_recorded(
    service: Service, user: Caller, admin: Caller
) -> None:
    await admin.client.patch(f"/api/v1/users/{user.user.id}", json={"is_active": False})
    async with client_of(service.app, "198.51.100.77") as client:
        client.headers.update(user.client.headers)
        client.cookies = user.client.cookies
        for _ in range(3):
            assert (await client.get("/api/v1/users/me")).status_code == 401
    events = await audit_events(service.resources, "auth.credential.refused")
    addresses = [event.client_address for event in events]
    assert addresses.count("198.51.100.77") == 1


async def test_nobody_who_shows_nothing_leaves_one(service: Service) -> None:
    async with client_of(service.app, "198.51.100.78") as client:
        assert (await client.get("/api/v1/users/me")).status_code == 401
    events = await audit_events(service.resources, "auth.credential.refused")
    assert "198.51.100.78" not in {event.client_address for event in events}


async def test_refusals_of_anonymous_callers_are_counted_by_address(service: Service) -> None:
    addresses = {"198.51.100.79", "198.51.100.80"}
    for address in addresses:
        async with client_of(service.app, address) as client:
            assert (await client.get("/api/v1/users/me", headers=WRONG)).status_code == 401
    events = await audit_events(service.resources, "auth.credential.refused")
    assert addresses <= {event.client_address for event in events}


async def test_a_refusal_that_cannot_be_recorded_stays_one(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(AuditRepository, "add", fail)
    assert (await service.client.get("/api/v1/users/me", headers=WRONG)).status_code == 401
