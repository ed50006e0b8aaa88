"""The audit trail: in the log and in the table, together with what it is about."""

import pytest
import structlog

from app.audit.trail import record
from app.ids import new_id
from app.resources import Resources
from tests.support.queries import audit_events


async def test_an_event_is_kept_with_who_did_what_to_whom(resources: Resources) -> None:
    actor_id, subject_id = new_id(), new_id()
    structlog.contextvars.bind_contextvars(request_id="request-1", client_address="192.0.2.7")
    async with resources.database.transaction() as transaction:
        await record(
            transaction, "user.role.changed", actor_id=actor_id, subject_id=subject_id, after="user"
        )
    structlog.contextvars.clear_contextvars()
    [event] = await audit_events(resources, "user.role.changed", actor_id=actor_id)
    assert (event.subject_id, event.request_id) == (subject_id, "request-1")
    assert event.client_address == "192.0.2.7"
    assert event.details == {"after": "user"}
    assert event.created_at.tzinfo is not None


async def test_an_event_without_anybody_is_kept_as_well(resources: Resources) -> None:
    before = len(await audit_events(resources, "user.disabled"))
    async with resources.database.transaction() as transaction:
        await record(transaction, "user.disabled")
    events = await audit_events(resources, "user.disabled")
    assert len(events) == before + 1
    assert (events[-1].actor_id, events[-1].subject_id, events[-1].details) == (None, None, {})


async def test_what_did_not_happen_is_not_kept(resources: Resources) -> None:
    actor_id = new_id()

    async def fail() -> None:
        async with resources.database.transaction() as transaction:
            await record(transaction, "user.deleted", actor_id=actor_id)
            raise RuntimeError

    with structlog.testing.capture_logs() as lines, pytest.raises(RuntimeError):
        await fail()
    assert await audit_events(resources, "user.deleted", actor_id=actor_id) == []
    assert lines == []


async def test_nothing_is_logged_before_the_commit(resources: Resources) -> None:
    with structlog.testing.capture_logs() as lines:
        async with resources.database.transaction() as transaction:
            await record(transaction, "user.deleted")
            await record(transaction, "user.disabled")
            assert lines == []
    assert [line["event"] for line in lines] == ["user.deleted", "user.disabled"]


async def test_an_event_is_a_line_of_the_log(resources: Resources) -> None:
    actor_id = new_id()
    with structlog.testing.capture_logs() as lines:
        async with resources.database.transaction() as transaction:
            await record(transaction, "access.denied", actor_id=actor_id, permission="x")
    assert lines == [
        {
            "channel": "audit",
            "event": "access.denied",
            "actor": str(actor_id),
            "permission": "x",
            "log_level": "info",
        }
    ]
