"""Ends what an account is signed in with."""

from uuid import UUID

from app.auth.identities import IdentityRepository
from app.clock import now
from app.database.transaction import Transaction


async def revoke_access(transaction: Transaction, user_id: UUID) -> None:
    """Let no token count that the provider has issued until now for an account."""
    await IdentityRepository(transaction).end(user_id, now())
