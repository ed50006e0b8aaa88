"""Accounts that nobody has confirmed."""

from datetime import timedelta
from typing import Final

from app.audit.trail import record
from app.clock import now
from app.database.transaction import Transaction
from app.settings import Settings
from app.users.unconfirmed import delete_unconfirmed

UNCONFIRMED_FOR: Final = timedelta(days=7)


async def purge_unconfirmed(transaction: Transaction, settings: Settings, limit: int) -> int:
    """Delete accounts that nobody has confirmed for `UNCONFIRMED_FOR`.

    Where the settings let everybody in unconfirmed, they are in use.
    """
    if settings.require_email_verification is False:
        return 0
    count = await delete_unconfirmed(transaction, now() - UNCONFIRMED_FOR, limit)
    if count:
        await record(transaction, "user.unconfirmed.purged", count=str(count))
    return count
