"""`purge`: what is old enough goes, and nothing else."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest

from app.__main__ import main
from app.audit.event import AuditEvent
from app.audit.repository import AuditRepository
from app.clock import now
from app.commands import purge
from app.database.engine import UNUSABLE
from app.ids import first_id_at, new_id
from app.resources import Resources
from app.settings import Settings
from tests.support.database import as_owner
from tests.support.environment import ENVIRONMENT
from tests.support.queries import audit_events, execute
from tests.support.service import running_service

Purge = Callable[[], str]

RETENTION: Final = timedelta(days=Settings.model_fields["audit_retention_days"].default)


@pytest.fixture
def run_purge(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Purge:
    urls = {"DATABASE_URL": database_url, "MIGRATION_DATABASE_URL": as_owner(database_url)}
    for name, value in {**ENVIRONMENT, **urls}.items():
        monkeypatch.setenv(name, value)

    def run() -> str:
        assert main(["purge"]) == 0
        return capsys.readouterr().out

    return run


async def _store(resources: Resources, age: timedelta, count: int) -> set[UUID]:
    """Store events of an age."""
    actor_id, created_at = new_id(), now() - age
    moments = [created_at + timedelta(milliseconds=number) for number in range(count)]
    events = [
        AuditEvent(first_id_at(at), at, "user.disabled", actor_id, None, None, None, {})
        for at in moments
    ]
    async with resources.database.transaction() as transaction:
        for event in events:
            await AuditRepository(transaction).add(event)
    return {event.id for event in events}


async def test_events_older_than_the_retention_are_deleted_and_no_others(
    resources: Resources, run_purge: Purge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge, "_BATCH", 3)
    old = await _store(resources, RETENTION + timedelta(minutes=1), 7)
    young = await _store(resources, RETENTION - timedelta(days=1), 2)
    out = await asyncio.to_thread(run_purge)
    assert "7 audit events deleted." in out
    kept = {event.id for event in await audit_events(resources, "user.disabled")}
    assert kept & old == set()
    assert kept >= young
    counts = [event.details["count"] for event in await audit_events(resources, "audit.purged")]
    assert counts[-3:] == ["3", "3", "1"]


def test_all_else_is_deleted_although_audit_events_cannot_be(
    run_purge: Purge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def refuse(*_arguments: object) -> int:
        raise RuntimeError("append-only")

    others = [what for what in purge.PURGERS if what != "audit events"]
    monkeypatch.setitem(purge.PURGERS, "audit events", refuse)
    with pytest.raises(RuntimeError, match="append-only"):
        run_purge()
    assert capsys.readouterr().out.splitlines() == [f"0 {what} deleted." for what in others]


async def test_the_retention_is_a_setting(
    resources: Resources, run_purge: Purge, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = RETENTION + timedelta(days=30)
    monkeypatch.setenv("AUDIT_RETENTION_DAYS", str(longer.days))
    old = await _store(resources, longer + timedelta(days=1), 2)
    young = await _store(resources, longer - timedelta(days=1), 2)
    await asyncio.to_thread(run_purge)
    kept = {event.id for event in await audit_events(resources, "user.disabled")}
    assert (kept & old, kept >= young) == (set(), True)


async def test_the_table_refuses_changes_as_before_afterwards(
    resources: Resources, database_url: str, run_purge: Purge
) -> None:
    await _store(resources, RETENTION + timedelta(days=100), 1)
    await _store(resources, timedelta(days=1), 1)
    await asyncio.to_thread(run_purge)
    async with running_service(as_owner(database_url)) as owner:
        for attempt in ("UPDATE audit_events SET event = 'forged'", "DELETE FROM audit_events"):
            with pytest.raises(UNUSABLE, match="append-only"):
                await execute(owner.resources, attempt)


async def test_a_second_run_has_nothing_to_do(resources: Resources, run_purge: Purge) -> None:
    await _store(resources, RETENTION + timedelta(days=100), 1)
    await asyncio.to_thread(run_purge)
    assert "0 audit events deleted." in await asyncio.to_thread(run_purge)
    assert len(await audit_events(resources, "audit.purged")) >= 1
