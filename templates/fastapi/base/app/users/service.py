"""Rules of accounts: what may be changed, and that an active admin always remains."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.audit.trail import record
from app.auth.locking import lock_accounts
from app.auth.permissions import Permission, Role
from app.auth.principal import Principal
from app.auth.recheck import recheck
from app.auth.revocation import revoke_access
from app.database.transaction import Transaction
from app.errors import Conflict, NotFound
from app.users.model import User
from app.users.repository import UserRepository


async def update_profile(
    transaction: Transaction, principal: Principal, changes: dict[str, Any]
) -> User:
    """Change the caller's own account."""
    user = (await recheck(transaction, principal, Permission.ACCOUNT_WRITE)).user
    await UserRepository(transaction).update(user.id, **changes)
    return replace(user, **changes)


async def update(
    transaction: Transaction, principal: Principal, user_id: UUID, changes: dict[str, Any]
) -> User:
    """Change the role or status of an account.

    Raises `NotFound`, and `Conflict` when no active admin would be left.
    """
    accounts = await _lock_with_admins(transaction, principal, user_id)
    await recheck(transaction, principal, Permission.USERS_WRITE)
    before = _found(accounts.get(user_id))
    after = replace(before, **changes)
    if not _is_active_admin(after):
        _keep_an_admin(accounts.values(), user_id)
    await UserRepository(transaction).update(user_id, **changes)
    actor_id = principal.user.id
    if after.role != before.role:
        await record(
            transaction,
            "user.role.changed",
            actor_id=actor_id,
            subject_id=user_id,
            before=before.role,
            after=after.role,
        )
    if before.is_active and not after.is_active:
        await revoke_access(transaction, user_id, by=actor_id)
        await record(transaction, "user.disabled", actor_id=actor_id, subject_id=user_id)
    if after.is_active and not before.is_active:
        await record(transaction, "user.enabled", actor_id=actor_id, subject_id=user_id)
    return after


async def end_access(transaction: Transaction, principal: Principal, user_id: UUID) -> None:
    """End all access to an account that is open now; raises `NotFound`."""
    accounts = await lock_accounts(transaction, user_id, [principal.user.id])
    await recheck(transaction, principal, Permission.USERS_WRITE)
    _found(accounts.get(user_id))
    await revoke_access(transaction, user_id, by=principal.user.id)
    await record(transaction, "user.sessions.ended", actor_id=principal.user.id, subject_id=user_id)


async def delete_own(transaction: Transaction, principal: Principal) -> None:
    """Delete the caller's account; raises `Conflict` when no active admin would be left."""
    await _delete(transaction, principal, principal.user.id, Permission.ACCOUNT_WRITE)


async def delete(transaction: Transaction, principal: Principal, user_id: UUID) -> None:
    """Delete an account; raises `NotFound`, and `Conflict` when no active admin would be left."""
    await _delete(transaction, principal, user_id, Permission.USERS_DELETE)


async def _delete(
    transaction: Transaction, principal: Principal, user_id: UUID, permission: Permission
) -> None:
    accounts = await _lock_with_admins(transaction, principal, user_id)
    await recheck(transaction, principal, permission)
    _found(accounts.get(user_id))
    _keep_an_admin(accounts.values(), user_id)
    await revoke_access(transaction, user_id, by=principal.user.id)
    await UserRepository(transaction).delete(user_id)
    await record(transaction, "user.deleted", actor_id=principal.user.id, subject_id=user_id)


async def _lock_with_admins(
    transaction: Transaction, principal: Principal, user_id: UUID
) -> dict[UUID, User]:
    """Lock an account, the caller's and all active admins': two must not remove each other."""
    admins = await UserRepository(transaction).active_admins()
    return await lock_accounts(transaction, user_id, [principal.user.id, *admins])


def _is_active_admin(user: User) -> bool:
    return user.role is Role.ADMIN and user.is_active


def _keep_an_admin(locked: Iterable[User], user_id: UUID) -> None:
    if [user.id for user in locked if _is_active_admin(user)] == [user_id]:
        raise Conflict("The last active admin cannot be demoted, disabled or deleted.")


def _found(user: User | None) -> User:
    if user is None:
        raise NotFound
    return user
