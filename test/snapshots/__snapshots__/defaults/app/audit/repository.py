"""Writes of the audit trail. There is nothing else: the table refuses changes."""

import json

from sqlalchemy import insert

from app.audit.event import AuditEvent
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
                details=json.dumps(event.details),
            )
        )
