"""The audit trail: security events, in the log and in a table that can only grow (ASVS 5.0 V16)."""

from contextvars import ContextVar
from uuid import UUID

import structlog
from structlog.typing import FilteringBoundLogger

from app.audit.event import AuditEvent
from app.audit.events import EVENTS
from app.audit.repository import AuditRepository
from app.clock import now
from app.database.session import after_commit
from app.database.transaction import Transaction
from app.ids import new_id

log: FilteringBoundLogger = structlog.get_logger(channel="audit")

# The events that the request of this context has left; its tasks share the list.
kept: ContextVar[list[str]] = ContextVar("kept")


async def record(
    transaction: Transaction,
    event: str,
    *,
    actor_id: UUID | None = None,
    subject_id: UUID | None = None,
    **details: str,
) -> None:
    """Record a security event as part of the transaction that it is about.

    Its line in the log is written once the transaction is kept. `details` must hold no secret and
    no personal data: nobody can delete them before their time.
    """
    if event not in EVENTS or not details.keys() <= set(EVENTS[event]):
        raise ValueError(f"app/audit/events.py has no {event} with {sorted(details)}")
    request = structlog.contextvars.get_contextvars()
    await AuditRepository(transaction).add(
        AuditEvent(
            new_id(),
            now(),
            event,
            actor_id,
            subject_id,
            request.get("request_id"),
            request.get("client_address"),
            details,
        )
    )
    who = {"actor": actor_id, "subject": subject_id}
    line = {name: str(user_id) for name, user_id in who.items() if user_id} | details

    def keep() -> None:
        log.info(event, **line)
        kept.get([]).append(event)

    after_commit(transaction, keep)
