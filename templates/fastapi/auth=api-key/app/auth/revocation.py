"""Ends what an account is signed in with, and tells whether it has ended."""

from uuid import UUID

from app.api_keys.repository import ApiKeyRepository
from app.api_keys.revocation import end_keys, lock_lineage
from app.auth.principal import Principal
from app.clock import now
from app.database.transaction import Transaction


async def revoke_access(transaction: Transaction, user_id: UUID, *, by: UUID | None = None) -> None:
    """End every key of an account, and whatever was made with one of them."""
    key_ids = await ApiKeyRepository(transaction).ids_of(user_id)
    await end_keys(transaction, await lock_lineage(transaction, key_ids, user_id), by)


async def has_ended(transaction: Transaction, principal: Principal) -> bool:
    """Tell whether the caller's key counts no more, or not for as much; the account is locked."""
    key = await ApiKeyRepository(transaction).find(principal.session_id, principal.user.id)
    return key is None or not key.works(now()) or key.token.scopes != principal.scopes
