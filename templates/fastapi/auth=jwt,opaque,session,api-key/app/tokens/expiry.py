"""Stored credentials whose time is over."""

from app.clock import now
from app.database.transaction import Transaction
from app.settings import Settings
from app.tokens.repository import TokenRepository


async def purge_tokens(transaction: Transaction, _settings: Settings, limit: int) -> int:
    """Delete credentials that have expired: nothing reads them any more."""
    return await TokenRepository(transaction).delete_expired(now(), limit)
