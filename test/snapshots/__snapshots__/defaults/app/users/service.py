"""Rules of accounts: what may change, and that there is always an admin left."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from app.audit.trail import record
from app.auth.permissions import Role
from app.auth.revocation import revoke_access
from app.database.transaction import Transaction
from app.errors import Conflict, NotFound
from app.users.model import User
from app.users.repository import UserRepository


async def update_profile(transaction: Transaction, user: User, changes: dict[str, Any]) -> User:
    """Change what an account may change of itself."""
    await UserRepository(transaction).update(user.id, **changes)
    return replace(user, **changes)


async def update(
    transaction: Transaction, actor: User, user_id: UUID, changes: dict[str, Any]
) -> User:
    """Change the role or the state of an account.

    Raises `NotFound`, and `Conflict` when no active admin would be left.
    """
    users = UserRepository(transaction)
    admins = await users.lock_active_admins()
    before = _found(await users.lock(user_id))
    after = replace(before, **changes)
    if not _is_active_admin(after):
        _keep_an_admin(admins, user_id)
    await users.update(user_id, **changes)
    if after.role != before.role:
        await record(
            transaction,
            "user.role.changed",
            actor_id=actor.id,
            subject_id=user_id,
            before=before.role,
            after=after.role,
        )
    if before.is_active and not after.is_active:
        await revoke_access(transaction, user_id)
        await record(transaction, "user.disabled", actor_id=actor.id, subject_id=user_id)
    return after


async def delete(transaction: Transaction, actor: User, user_id: UUID) -> None:
    """Delete an account with all that belongs to it.

    Raises `NotFound`, and `Conflict` when no active admin would be left.
    """
    users = UserRepository(transaction)
    _keep_an_admin(await users.lock_active_admins(), user_id)
    await revoke_access(transaction, user_id)
    if not await users.delete(user_id):
        raise NotFound
    await record(transaction, "user.deleted", actor_id=actor.id, subject_id=user_id)


def _is_active_admin(user: User) -> bool:
    return user.role is Role.ADMIN and user.is_active


def _keep_an_admin(active_admins: list[UUID], user_id: UUID) -> None:
    # The rows of all active admins are locked: two who remove each other cannot both win.
    if active_admins == [user_id]:
        raise Conflict("The last active admin cannot be demoted, disabled or deleted.")


def _found(user: User | None) -> User:
    if user is None:
        raise NotFound
    return user
