"""Revokes the credentials of an account, and checks whether the caller's is revoked."""

from uuid import UUID

from app.auth.identities import IdentityRepository
from app.auth.principal import Principal
from app.clock import now
from app.database.transaction import Transaction


async def revoke_access(transaction: Transaction, user_id: UUID, *, by: UUID | None = None) -> None:
    """Revoke every token that the provider has issued for an account so far.

    An account deleted by another user is not created again; one deleted by its owner may be. While
    the account remains, it makes no difference who revoked.
    """
    is_barred = by not in {None, user_id}
    await IdentityRepository(transaction).end(user_id, now(), is_barred=is_barred)


async def has_ended(transaction: Transaction, principal: Principal) -> bool:
    """Return whether the caller's token is revoked; the account is locked."""
    identity = await IdentityRepository(transaction).find_by_user(principal.user)
    return identity is None or identity.session_id != principal.session_id
