"""Revokes the credentials of an account, and checks whether the caller's is revoked."""

from uuid import UUID

from app.auth.principal import Principal
from app.clock import now
from app.database.transaction import Transaction
from app.tokens.repository import TokenRepository


async def revoke_access(transaction: Transaction, user_id: UUID, *, by: UUID | None = None) -> None:
    """Revoke every credential of an account."""
    await TokenRepository(transaction).revoke_all(user_id, now())


async def has_ended(transaction: Transaction, principal: Principal) -> bool:
    """Return whether the caller's session has ended; the account is locked."""
    return not await TokenRepository(transaction).is_alive(principal.session_id, now())
