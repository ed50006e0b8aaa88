"""What the tests ask of the database beyond the service's own queries."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, select, text
from sqlalchemy import event as events

from app.audit.event import AuditEvent
from app.auth.permissions import Role
from app.clock import now
from app.database.models import AuditEventRow, UserRow
from app.ids import new_id
from app.resources import Resources


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """Collect every statement that reaches the database, and where transactions begin."""
    statements: list[str] = []

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    def on_begin(_connection: Any) -> None:
        statements.append("BEGIN")

    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": on_statement,
        "begin": on_begin,
    }
    for name, listener in listeners.items():
        events.listen(Engine, name, listener)
    try:
        yield statements
    finally:
        for name, listener in listeners.items():
            events.remove(Engine, name, listener)


async def execute(resources: Resources, statement: str) -> None:
    """Run a statement as the service could."""
    async with resources.database.transaction() as transaction:
        await transaction.execute(text(statement))


async def audited(resources: Resources, subject_id: UUID) -> list[str]:
    """List what the audit trail holds about an account, oldest first."""
    query = select(AuditEventRow.event).where(AuditEventRow.subject_id == subject_id)
    async with resources.database.reader() as reader:
        return list(await reader.scalars(query.order_by(AuditEventRow.id)))


async def audit_events(resources: Resources, event: str, **columns: UUID) -> list[AuditEvent]:
    """Read the events of a name whose columns have these values, oldest first."""
    query = select(AuditEventRow).filter_by(event=event, **columns).order_by(AuditEventRow.id)
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
            for row in await reader.execute(query)
        ]


async def add_users(resources: Resources, count: int) -> None:
    """Store many accounts at once."""
    ids = [new_id() for _ in range(count)]
    rows = [
        {
            "id": user_id,
            "email": f"{user_id}@example.com",
            "full_name": "One Of Many",
            "role": Role.USER,
            "is_active": True,
            "email_verified": True,
            "created_at": now(),
        }
        for user_id in ids
    ]
    async with resources.database.transaction() as transaction:
        await transaction.execute(insert(UserRow), rows)


async def record_release(resources: Resources, release: Literal["earlier", "later"]) -> None:
    """Have the database say that it has the schema of another release than this one."""
    config = Config(Path(__file__).parents[2] / "alembic.ini")
    first = ScriptDirectory.from_config(config).get_base()
    revision = {"earlier": first, "later": "ffffffffffff"}[release]
    async with resources.database.transaction() as transaction:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        await transaction.execute(statement, {"revision": revision})
