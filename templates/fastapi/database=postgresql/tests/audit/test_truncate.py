"""The table of the audit trail cannot be emptied."""

import pytest

from app.audit.trail import record
from app.database.engine import UNUSABLE
from app.ids import new_id
from app.resources import Resources
from tests.support.operator import granted
from tests.support.queries import audit_events, execute


async def test_the_audit_trail_cannot_be_truncated(resources: Resources, database_url: str) -> None:
    actor_id = new_id()
    async with resources.database.transaction() as transaction:
        await record(transaction, "user.disabled", actor_id=actor_id)
    async with granted(database_url, "TRUNCATE", "audit_events"):
        with pytest.raises(UNUSABLE, match="append-only"):
            await execute(resources, "TRUNCATE audit_events")
    assert len(await audit_events(resources, "user.disabled", actor_id=actor_id)) == 1
