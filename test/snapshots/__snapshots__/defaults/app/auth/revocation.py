"""Ends what an account is signed in with."""

from uuid import UUID

from app.clock import now
from app.database.transaction import Transaction
from app.tokens.repository import TokenRepository


async def revoke_access(transaction: Transaction, user_id: UUID) -> None:
    """End every credential of an account."""
    await TokenRepository(transaction).revoke_all(user_id, now())
