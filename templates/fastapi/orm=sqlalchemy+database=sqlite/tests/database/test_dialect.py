"""What SQLite needs to be told."""

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from app.audit.trail import record
from app.clock import now
from app.database.models import AuditEventRow
from app.ids import new_id
from app.resources import Resources
from tests.support.factories import make_user
from tests.support.queries import audit_events


async def test_a_kept_event_cannot_be_replaced(resources: Resources) -> None:
    actor_id = new_id()
    async with resources.database.transaction() as transaction:
        await record(transaction, "user.disabled", actor_id=actor_id)
    [event] = await audit_events(resources, "user.disabled", actor_id=actor_id)
    replacement = insert(AuditEventRow).prefix_with("OR REPLACE")
    async with resources.database.transaction() as transaction:
        with pytest.raises(IntegrityError, match="append-only"):
            await transaction.execute(
                replacement.values(id=event.id, created_at=now(), event="forged", details="{}")
            )
    assert await audit_events(resources, "user.disabled", actor_id=actor_id) == [event]


async def test_readers_and_a_writer_do_not_wait_for_each_other(resources: Resources) -> None:
    async with resources.database.reader() as reader:
        assert (await reader.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
    await make_user(resources)
    async with resources.database.transaction() as transaction:
        await transaction.execute(text("DELETE FROM users"))
        async with resources.database.reader() as reader:
            assert (await reader.execute(text("SELECT count(*) FROM users"))).scalar() == 1
