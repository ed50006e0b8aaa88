"""What SQLite needs to be told."""

import pytest
from tortoise.exceptions import IntegrityError

from app.audit.trail import record
from app.clock import now
from app.ids import new_id
from app.resources import Resources
from tests.support.factories import make_user
from tests.support.queries import audit_events


async def test_a_kept_event_cannot_be_replaced(resources: Resources) -> None:
    actor_id = new_id()
    async with resources.database.transaction() as transaction:
        await record(transaction, "user.disabled", actor_id=actor_id)
    [event] = await audit_events(resources, "user.disabled", actor_id=actor_id)
    replacement = (
        "INSERT OR REPLACE INTO audit_events (id, created_at, event, details) "
        "VALUES (?, ?, 'forged', '{}')"
    )
    async with resources.database.transaction() as transaction:
        with pytest.raises(IntegrityError, match="append-only"):
            await transaction.run(replacement, [event.id, now()])
    assert await audit_events(resources, "user.disabled", actor_id=actor_id) == [event]


async def test_readers_and_a_writer_do_not_wait_for_each_other(resources: Resources) -> None:
    async with resources.database.reader() as reader:
        _, [[mode]] = await reader.run("PRAGMA journal_mode")
        assert mode == "wal"
    await make_user(resources)
    async with resources.database.transaction() as transaction:
        await transaction.run("DELETE FROM users")
        async with resources.database.reader() as reader:
            _, [[count]] = await reader.run("SELECT count(*) FROM users")
            assert count == 1
