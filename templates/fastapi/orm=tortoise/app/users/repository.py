"""Queries on accounts."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.queryset import QuerySet

from app.auth.permissions import Role
from app.database.fields import to_time, to_uuid
from app.database.models import UserRow
from app.database.session import Session
from app.users.model import User

# For constant statements that run on every request; `read_user` parses their rows.
USER_COLUMNS: Final = (
    "users.id, users.email, users.full_name, users.role, users.is_active, users.email_verified, "
    "users.created_at"
)
USER_WIDTH: Final = 7


class UserRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, user: User) -> bool:
        """Store a new account; returns False, and stores nothing, if its address exists."""
        try:
            async with self._session.savepoint():
                await UserRow.create(
                    using_db=self._session,
                    id=user.id,
                    email=user.email,
                    full_name=user.full_name,
                    role=user.role,
                    is_active=user.is_active,
                    email_verified=user.email_verified,
                    created_at=user.created_at,
                )
        except IntegrityError:
            return False
        return True

    async def get(self, user_id: UUID) -> User | None:
        """Find an account by id."""
        return await _one(self._rows(id=user_id))

    async def get_by_email(self, email: str) -> User | None:
        """Find an account by address, in lower case."""
        return await _one(self._rows(email=email))

    async def lock(self, user_id: UUID) -> User | None:
        """Find an account, and lock it until the transaction ends."""
        return await _one(self._rows(id=user_id).select_for_update())

    async def lock_all(self, user_ids: Iterable[UUID]) -> dict[UUID, User]:
        """Find and lock several accounts, in an order that cannot deadlock."""
        rows = self._rows(id__in=set(user_ids)).order_by("id").select_for_update()
        return {row.id: to_user(row) for row in await rows}

    async def active_admins(self) -> list[UUID]:
        """List the active admins."""
        return [row.id for row in await self._rows(role=Role.ADMIN, is_active=True)]

    async def page(self, limit: int, after: UUID | None) -> list[User]:
        """List up to `limit` accounts, newest first, older than `after`."""
        rows = self._rows() if after is None else self._rows(id__lt=after)
        return [to_user(row) for row in await rows.order_by("-id").limit(limit)]

    async def batch(self, limit: int, after: UUID | None) -> list[User]:
        """List up to `limit` accounts, oldest first, newer than `after`."""
        rows = self._rows() if after is None else self._rows(id__gt=after)
        return [to_user(row) for row in await rows.order_by("id").limit(limit)]

    async def update(self, user_id: UUID, **changes: Any) -> None:
        """Change columns of an account."""
        if changes:
            await self._rows(id=user_id).update(**changes)

    async def delete(self, user_id: UUID) -> bool:
        """Delete an account and its data; returns False if there was none."""
        return await self._rows(id=user_id).delete() == 1

    def _rows(self, **conditions: Any) -> QuerySet[UserRow]:
        return UserRow.filter(**conditions).using_db(self._session)


def read_user(values: Sequence[Any]) -> User:
    """Build the account from what a driver returns for `USER_COLUMNS`."""
    user_id, email, full_name, role, is_active, email_verified, created_at = values
    return User(
        to_uuid(user_id),
        email,
        full_name,
        Role(role),
        bool(is_active),
        bool(email_verified),
        to_time(created_at),
    )


def to_user(row: UserRow) -> User:
    """Build the account from its row."""
    return User(
        row.id,
        row.email,
        row.full_name,
        Role(row.role),
        row.is_active,
        row.email_verified,
        row.created_at,
    )


async def _one(query: QuerySet[UserRow]) -> User | None:
    row = await query.get_or_none()
    return None if row is None else to_user(row)
