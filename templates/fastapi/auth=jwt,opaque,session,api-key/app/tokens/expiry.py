"""Expired stored credentials."""

from app.clock import now
from app.database.transaction import Transaction
from app.settings import Settings
from app.tokens.repository import TokenRepository


async def purge_tokens(transaction: Transaction, _settings: Settings, limit: int) -> int:
    """Delete expired credentials."""
    return await TokenRepository(transaction).delete_expired(now(), limit)
