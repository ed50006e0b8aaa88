"""Revokes keys together with the keys created with them, so a thief keeps none."""

from collections.abc import Collection
from uuid import UUID

from app.api_keys.model import ApiKey
from app.api_keys.repository import ApiKeyRepository
from app.audit.trail import record
from app.clock import now
from app.database.transaction import Transaction
from app.users.repository import UserRepository


async def lock_lineage(
    transaction: Transaction, key_ids: Collection[UUID], *account_ids: UUID
) -> list[ApiKey]:
    """Find keys and their descendants that are not revoked.

    Locks their owners and `account_ids`, so that no further key is created with any of them.
    """
    locked: set[UUID] = set()
    while True:
        lineage = await find_lineage(transaction, key_ids)
        owners = {key.user_id for key in lineage} | set(account_ids)
        if owners <= locked:
            return lineage
        # Keys may have been created before the locks were acquired, so read them again.
        await UserRepository(transaction).lock_all(owners - locked)
        locked |= owners


async def end_keys(
    transaction: Transaction, keys: Collection[ApiKey], actor_id: UUID | None
) -> None:
    """Revoke the keys that `lock_lineage` found."""
    await ApiKeyRepository(transaction).revoke([key.id for key in keys], now())
    for key in keys:
        await record(
            transaction,
            "api_key.revoked",
            actor_id=actor_id,
            subject_id=key.user_id,
            id=str(key.id),
        )


async def find_lineage(transaction: Transaction, key_ids: Collection[UUID]) -> list[ApiKey]:
    """Find keys and their descendants that are not revoked, without locking anything."""
    keys = ApiKeyRepository(transaction)
    generation = await keys.unrevoked(key_ids)
    lineage = []
    while generation:
        lineage += generation
        generation = await keys.made_with([key.id for key in generation])
    return lineage
