"""The audit trail in the hands of the role that the service runs as, and of its owner."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from app.__main__ import main
from app.audit.event import AuditEvent
from app.audit.repository import AuditRepository
from app.clock import now
from app.database.engine import UNUSABLE
from app.ids import first_id_at, new_id
from app.resources import Resources
from tests.support.database import as_owner
from tests.support.environment import ENVIRONMENT
from tests.support.operator import granted
from tests.support.queries import audit_events


async def _store_old_event(resources: Resources) -> UUID:
    at, actor_id = now() - timedelta(days=10_000), new_id()
    event = AuditEvent(first_id_at(at), at, "user.disabled", actor_id, None, None, None, {})
    async with resources.database.transaction() as transaction:
        await AuditRepository(transaction).add(event)
    return actor_id


async def test_the_role_of_the_service_cannot_delete_events(
    resources: Resources, database_url: str
) -> None:
    actor_id = await _store_old_event(resources)

    async def delete() -> None:
        async with resources.database.transaction() as transaction:
            await AuditRepository(transaction).delete_before(new_id(), 1000)

    with pytest.raises(UNUSABLE, match="denied"):
        await delete()
    async with granted(database_url, "DELETE", "audit_events"):
        with pytest.raises(UNUSABLE, match="append-only"):
            await delete()
    assert len(await audit_events(resources, "user.disabled", actor_id=actor_id)) == 1


async def test_purge_runs_as_the_owner(
    resources: Resources, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor_id = await _store_old_event(resources)
    urls = {"DATABASE_URL": database_url, "MIGRATION_DATABASE_URL": as_owner(database_url)}
    for name, value in {**ENVIRONMENT, **urls}.items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(main, ["purge"]) == 0
    assert await audit_events(resources, "user.disabled", actor_id=actor_id) == []
