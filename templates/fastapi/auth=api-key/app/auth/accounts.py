"""Administrators create accounts; there is no registration."""

from uuid import UUID

from app.audit.trail import record
from app.auth.account_schemas import AccountCreate
from app.auth.permissions import Permission
from app.auth.principal import Principal
from app.auth.recheck import recheck
from app.clock import now
from app.database.transaction import Transaction
from app.errors import Conflict
from app.ids import new_id
from app.users.model import User
from app.users.repository import UserRepository


async def create(transaction: Transaction, principal: Principal, form: AccountCreate) -> User:
    """Create an account; raises `Conflict` if the address already has one."""
    await recheck(transaction, principal, Permission.USERS_WRITE)
    return await add(transaction, form, actor_id=principal.user.id)


async def add(
    transaction: Transaction, form: AccountCreate, *, actor_id: UUID | None = None
) -> User:
    """Create an account without a key; raises `Conflict` if the address already has an account."""
    user = User(
        id=new_id(),
        email=form.email,
        full_name=form.full_name,
        role=form.role,
        is_active=True,
        email_verified=False,
        created_at=now(),
    )
    if not await UserRepository(transaction).add(user):
        raise Conflict("An account with this address already exists.")
    await record(transaction, "user.created", actor_id=actor_id, subject_id=user.id, role=user.role)
    return user
