"""The audit trail: security events, in the log and in an append-only table (ASVS 5.0 V16)."""

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

# Whatever `LOG_LEVEL` says: without its lines, nobody would be told of an attack.
log: FilteringBoundLogger = structlog.wrap_logger(
    None, wrapper_class=structlog.make_filtering_bound_logger("info"), channel="audit"
)

# The events of the current request; its tasks share the list.
kept: ContextVar[list[str]] = ContextVar("kept")


async def record(
    transaction: Transaction,
    event: str,
    *,
    actor_id: UUID | None = None,
    subject_id: UUID | None = None,
    **details: str,
) -> None:
    """Record a security event in the transaction of the change.

    It is logged after the commit. `details` must not contain secrets or personal data: they cannot
    be deleted before the retention period ends.
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
