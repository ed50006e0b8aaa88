"""Locks accounts before the access to one of them ends."""

from collections.abc import Iterable
from uuid import UUID

from app.api_keys.repository import ApiKeyRepository
from app.api_keys.revocation import find_lineage
from app.database.transaction import Transaction
from app.users.model import User
from app.users.repository import UserRepository


async def lock_accounts(
    transaction: Transaction, user_id: UUID, others: Iterable[UUID]
) -> dict[UUID, User]:
    """Lock an account before its access ends, those that lose keys with it, and others.

    Locked later, one of them could wait for somebody who waits for this account.
    """
    key_ids = await ApiKeyRepository(transaction).ids_of(user_id)
    owners = [key.user_id for key in await find_lineage(transaction, key_ids)]
    return await UserRepository(transaction).lock_all([user_id, *owners, *others])
