"""Writes of the audit trail: events are appended, and only the oldest can be deleted."""

import json
from uuid import UUID

from sqlalchemy import delete, insert, select, text

from app.audit.event import AuditEvent
from app.database.append_only import lift_ban, restore_ban
from app.database.models import AuditEventRow
from app.database.session import Session


class AuditRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, event: AuditEvent) -> None:
        """Append an event."""
        await self._session.execute(
            insert(AuditEventRow).values(
                id=event.id,
                created_at=event.created_at,
                event=event.event,
                actor_id=event.actor_id,
                subject_id=event.subject_id,
                request_id=event.request_id,
                client_address=event.client_address,
                details=json.dumps(event.details),
            )
        )

    async def delete_before(self, event_id: UUID, limit: int) -> int:
        """Delete the oldest events before an id; requires the owner of the table."""
        before = select(AuditEventRow.id).where(AuditEventRow.id < event_id)
        oldest = await self._session.scalars(before.order_by(AuditEventRow.id).limit(limit))
        ids = oldest.all()
        if ids:
            await self._run(lift_ban(AuditEventRow.__tablename__))
            await self._session.execute(delete(AuditEventRow).where(AuditEventRow.id <= ids[-1]))
            await self._run(restore_ban(AuditEventRow.__tablename__))
        return len(ids)

    async def _run(self, statements: list[str]) -> None:
        for statement in statements:
            await self._session.execute(text(statement))
