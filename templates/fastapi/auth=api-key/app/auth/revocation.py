"""Revokes the credentials of an account, and checks whether the caller's is revoked."""

from uuid import UUID

from app.api_keys.repository import ApiKeyRepository
from app.api_keys.revocation import end_keys, lock_lineage
from app.auth.principal import Principal
from app.clock import now
from app.database.transaction import Transaction


async def revoke_access(transaction: Transaction, user_id: UUID, *, by: UUID | None = None) -> None:
    """Revoke every key of an account, and the keys created with them."""
    key_ids = await ApiKeyRepository(transaction).ids_of(user_id)
    await end_keys(transaction, await lock_lineage(transaction, key_ids, user_id), by)


async def has_ended(transaction: Transaction, principal: Principal) -> bool:
    """Return whether the caller's key is revoked or has lost scopes; the account is locked."""
    key = await ApiKeyRepository(transaction).find(principal.session_id, principal.user.id)
    return key is None or not key.works(now()) or key.token.scopes != principal.scopes
