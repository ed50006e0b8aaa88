"""Locks accounts before the access to one of them ends."""

from collections.abc import Iterable
from uuid import UUID

from app.database.transaction import Transaction
from app.users.model import User
from app.users.repository import UserRepository


async def lock_accounts(
    transaction: Transaction, user_id: UUID, others: Iterable[UUID]
) -> dict[UUID, User]:
    """Lock an account before its access ends, and others, in an order that cannot deadlock."""
    return await UserRepository(transaction).lock_all([user_id, *others])
