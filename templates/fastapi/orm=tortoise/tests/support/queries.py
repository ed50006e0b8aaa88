"""What the tests ask of the database beyond the service's own queries."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from uuid import UUID

from app.audit.event import AuditEvent
from app.auth.permissions import Role
from app.clock import now
from app.database.connection import log
from app.database.models import AuditEventRow, UserRow
from app.ids import new_id
from app.resources import Resources


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """Collect every statement that reaches the database, and where transactions begin."""
    statements: list[str] = []

    class Recorder(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if (text := record.getMessage()) != "COMMIT":
                statements.append(text)

    recorder, level = Recorder(), log.level
    log.addHandler(recorder)
    log.setLevel(logging.INFO)
    try:
        yield statements
    finally:
        log.setLevel(level)
        log.removeHandler(recorder)


async def execute(resources: Resources, statement: str) -> None:
    """Run a statement as the service could."""
    async with resources.database.transaction() as transaction:
        await transaction.run(statement)


async def audited(resources: Resources, subject_id: UUID) -> list[str]:
    """List what the audit trail holds about an account, oldest first."""
    query = AuditEventRow.filter(subject_id=subject_id).order_by("id")
    async with resources.database.reader() as reader:
        return [row.event for row in await query.using_db(reader)]


async def audit_events(resources: Resources, event: str, **columns: UUID) -> list[AuditEvent]:
    """Read the events of a name whose columns have these values, oldest first."""
    query = AuditEventRow.filter(event=event, **columns).order_by("id")
    async with resources.database.reader() as reader:
        return [
            AuditEvent(
                row.id,
                row.created_at,
                row.event,
                row.actor_id,
                row.subject_id,
                row.request_id,
                row.client_address,
                json.loads(row.details),
            )
            for row in await query.using_db(reader)
        ]


async def add_users(resources: Resources, count: int) -> None:
    """Store many accounts at once."""
    ids = [new_id() for _ in range(count)]
    rows = [
        UserRow(
            id=user_id,
            email=f"{user_id}@example.com",
            full_name="One Of Many",
            role=Role.USER,
            is_active=True,
            email_verified=True,
            created_at=now(),
        )
        for user_id in ids
    ]
    async with resources.database.transaction() as transaction:
        await UserRow.bulk_create(rows, using_db=transaction)


async def record_release(resources: Resources, release: Literal["earlier", "later"]) -> None:
    """Have the database say that it has the schema of another release than this one."""
    if release == "earlier":
        await execute(resources, "DELETE FROM tortoise_migrations WHERE name NOT LIKE '0001%'")
    else:
        await execute(
            resources,
            "INSERT INTO tortoise_migrations (app, name, applied_at) "
            "SELECT app, '9999_later', applied_at FROM tortoise_migrations LIMIT 1",
        )
