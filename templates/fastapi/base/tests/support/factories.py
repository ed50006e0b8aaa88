"""Rows that tests start from, made by the service's own repositories."""

from app.auth.permissions import Role
from app.clock import now
from app.ids import new_id
from app.resources import Resources
from app.users import pages
from app.users.model import User
from app.users.repository import UserRepository


async def make_user(
    resources: Resources,
    role: Role = Role.USER,
    *,
    email: str | None = None,
    full_name: str = "Test User",
    is_active: bool = True,
    email_verified: bool = True,
) -> User:
    """Store an account."""
    user_id = new_id()
    user = User(
        id=user_id,
        email=email or f"{role}-{user_id.hex[-12:]}@example.com",
        full_name=full_name,
        role=role,
        is_active=is_active,
        email_verified=email_verified,
        created_at=now(),
    )
    async with resources.database.transaction() as transaction:
        assert await UserRepository(transaction).add(user)
    await pages.forget(resources)
    return user


async def find_user(resources: Resources, user: User) -> User | None:
    """Read an account as it is now."""
    async with resources.database.reader() as reader:
        return await UserRepository(reader).get(user.id)
