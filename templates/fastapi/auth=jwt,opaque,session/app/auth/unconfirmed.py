"""Accounts with an unverified address."""

from datetime import timedelta
from typing import Final

from app.audit.trail import record
from app.clock import now
from app.database.transaction import Transaction
from app.settings import Settings
from app.users.unconfirmed import delete_unconfirmed

UNCONFIRMED_FOR: Final = timedelta(days=7)


def verification_required(settings: Settings) -> bool:
    """Return whether only an account with a verified address may sign in."""
    if settings.require_email_verification is None:
        return settings.environment in {"staging", "production"}
    return settings.require_email_verification


async def purge_unconfirmed(transaction: Transaction, settings: Settings, limit: int) -> int:
    """Delete accounts that were not verified within `UNCONFIRMED_FOR`.

    Where the settings do not require verification, such accounts are in use and are kept.
    """
    if not verification_required(settings):
        return 0
    count = await delete_unconfirmed(transaction, now() - UNCONFIRMED_FOR, limit)
    if count:
        await record(transaction, "user.unconfirmed.purged", count=str(count))
    return count
