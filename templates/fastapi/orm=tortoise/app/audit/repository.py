"""Writes of the audit trail: events are appended, and only the oldest can be deleted."""

import json
from typing import Final
from uuid import UUID

from app.audit.event import AuditEvent
from app.database.append_only import lift_ban, restore_ban
from app.database.models import AuditEventRow
from app.database.session import Session

_TABLE: Final = AuditEventRow.Meta.table


class AuditRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, event: AuditEvent) -> None:
        """Append an event."""
        await AuditEventRow.create(
            using_db=self._session,
            id=event.id,
            created_at=event.created_at,
            event=event.event,
            actor_id=event.actor_id,
            subject_id=event.subject_id,
            request_id=event.request_id,
            client_address=event.client_address,
            details=json.dumps(event.details),
        )

    async def delete_before(self, event_id: UUID, limit: int) -> int:
        """Delete the oldest events before an id; requires the owner of the table."""
        events = AuditEventRow.filter(id__lt=event_id).using_db(self._session)
        ids = await events.order_by("id").limit(limit).values_list("id", flat=True)
        if ids:
            await self._run(lift_ban(_TABLE))
            await AuditEventRow.filter(id__lte=ids[-1]).using_db(self._session).delete()
            await self._run(restore_ban(_TABLE))
        return len(ids)

    async def _run(self, statements: list[str]) -> None:
        for statement in statements:
            await self._session.run(statement)
