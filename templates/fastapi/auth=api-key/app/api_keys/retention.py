"""How long revoked keys are kept."""

from datetime import timedelta
from typing import Final

from app.api_keys.repository import ApiKeyRepository
from app.clock import now
from app.database.transaction import Transaction
from app.settings import Settings

# Their names and last uses help to find out what was done with a stolen one.
_KEPT: Final = timedelta(days=7)


async def purge_revoked_keys(transaction: Transaction, _settings: Settings, limit: int) -> int:
    """Delete keys that were revoked a week ago: creating and revoking fills no table for ever."""
    return await ApiKeyRepository(transaction).delete_revoked(now() - _KEPT, limit)
