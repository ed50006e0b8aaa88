"""The table of the audit trail can only grow."""

from uuid import UUID

import pytest
from sqlalchemy import Delete, Update, delete, update
from sqlalchemy.exc import DBAPIError

from app.audit.trail import record
from app.database.models import AuditEventRow
from app.ids import new_id
from app.resources import Resources
from tests.support.queries import audit_events


@pytest.fixture
async def actor_id(resources: Resources) -> UUID:
    """Give the actor of an event that was kept."""
    actor_id = new_id()
    async with resources.database.transaction() as transaction:
        await record(transaction, "test.happened", actor_id=actor_id)
    return actor_id


@pytest.mark.parametrize(
    "statement", [update(AuditEventRow).values(event="forged"), delete(AuditEventRow)]
)
async def test_the_services_own_user_can_neither_change_nor_delete(
    resources: Resources, actor_id: UUID, statement: Update | Delete
) -> None:
    for attempt in (statement, statement.where(AuditEventRow.actor_id == actor_id)):
        async with resources.database.transaction() as transaction:
            with pytest.raises(DBAPIError, match="append-only"):
                await transaction.execute(attempt)
    assert len(await audit_events(resources, "test.happened", actor_id=actor_id)) == 1
