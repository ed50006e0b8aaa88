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
from tests.support.environment import ENVIRONMENT
from tests.support.operator import role_without_tables
from tests.support.queries import audit_events
from tests.support.service import running_service


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
    async with role_without_tables(database_url) as url, running_service(url) as service:

        async def delete() -> None:
            async with service.resources.database.transaction() as transaction:
                await AuditRepository(transaction).delete_before(new_id(), 1000)

        with pytest.raises(UNUSABLE, match="append-only"):
            await delete()
    assert len(await audit_events(resources, "user.disabled", actor_id=actor_id)) == 1


async def test_purge_runs_as_the_owner(
    resources: Resources, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor_id = await _store_old_event(resources)
    async with role_without_tables(database_url) as url:
        variables = {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": database_url}
        for name, value in {**ENVIRONMENT, **variables}.items():
            monkeypatch.setenv(name, value)
        assert await asyncio.to_thread(main, ["purge"]) == 0
    assert await audit_events(resources, "user.disabled", actor_id=actor_id) == []
