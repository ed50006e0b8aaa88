"""Revokes the credentials of an account, and checks whether the caller's is revoked."""

from uuid import UUID

from app.auth.principal import Principal
from app.auth.session_tokens import SESSION_KIND
from app.clock import now
from app.database.transaction import Transaction
from app.tokens.repository import TokenRepository
from app.tokens.revocation import revoke_all


async def revoke_access(transaction: Transaction, user_id: UUID, *, by: UUID | None = None) -> None:
    """Revoke every credential of an account."""
    await revoke_all(transaction, user_id, now())


async def has_ended(transaction: Transaction, principal: Principal) -> bool:
    """Return whether the caller's session id has ended; the account is locked.

    A new id, after a change of the password, ends the one before it in the same session.
    """
    tokens = TokenRepository(transaction)
    return await tokens.find_alive(SESSION_KIND, "digest", principal.digest, now()) is None
