"""How long audit events are kept."""

from datetime import timedelta

from app.audit.repository import AuditRepository
from app.audit.trail import record
from app.clock import now
from app.database.transaction import Transaction
from app.ids import first_id_at
from app.settings import Settings


async def purge_audit_events(transaction: Transaction, settings: Settings, limit: int) -> int:
    """Delete events older than `AUDIT_RETENTION_DAYS`; an event records how many."""
    oldest = first_id_at(now() - timedelta(days=settings.audit_retention_days))
    count = await AuditRepository(transaction).delete_before(oldest, limit)
    if count:
        await record(transaction, "audit.purged", count=str(count))
    return count
