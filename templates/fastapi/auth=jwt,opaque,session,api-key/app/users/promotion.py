"""Promotes an existing account to admin, for the command line."""

from app.audit.trail import record
from app.auth.permissions import Role
from app.database.transaction import Transaction
from app.users.model import User
from app.users.repository import UserRepository


class NotPromotedError(Exception):
    """The account is not promoted; the message says why."""


async def promote(transaction: Transaction, email: str, *, must_be_confirmed: bool) -> User:
    """Promote the account with an address to admin; returns it as it was before.

    Raises `NotPromotedError`. Where registration is open, an account may belong to a stranger until
    its address is verified.
    """
    users = UserRepository(transaction)
    found = await users.get_by_email(email)
    user = await users.lock(found.id) if found else None
    if user is None:
        raise NotPromotedError("the address has no account")
    if not user.is_active:
        raise NotPromotedError("the account is disabled")
    if must_be_confirmed and not user.email_verified:
        raise NotPromotedError("its owner has to confirm the address first")
    await make_admin(transaction, user)
    return user


async def make_admin(transaction: Transaction, user: User) -> None:
    """Promote an account, whose row is locked or new, to admin."""
    if user.role is Role.ADMIN:
        return
    await UserRepository(transaction).update(user.id, role=Role.ADMIN)
    await record(
        transaction,
        "user.role.changed",
        subject_id=user.id,
        before=user.role,
        after=Role.ADMIN,
        by="create-admin",
    )
