"""The table of the audit trail can only grow."""

import pytest

from app.audit.trail import record
from app.database.engine import UNUSABLE
from app.ids import new_id
from app.resources import Resources
from tests.support.database import as_owner
from tests.support.queries import audit_events, execute
from tests.support.service import running_service


@pytest.mark.parametrize(
    "attempt", ["UPDATE audit_events SET event = 'forged'", "DELETE FROM audit_events"]
)
async def test_the_role_of_the_service_can_neither_change_nor_delete(
    resources: Resources, database_url: str, attempt: str
) -> None:
    actor_id = new_id()
    async with resources.database.transaction() as transaction:
        await record(transaction, "user.disabled", actor_id=actor_id)
    async with running_service(as_owner(database_url)) as owner:
        for statement in (attempt, f"{attempt} WHERE event = 'user.disabled'"):
            with pytest.raises(UNUSABLE, match=r"append-only|denied"):
                await execute(resources, statement)
            with pytest.raises(UNUSABLE, match="append-only"):
                await execute(owner.resources, statement)
    assert len(await audit_events(resources, "user.disabled", actor_id=actor_id)) == 1
