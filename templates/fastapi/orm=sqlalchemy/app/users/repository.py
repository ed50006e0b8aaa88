"""Queries on accounts."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.auth.permissions import Role
from app.database.models import UserRow
from app.database.session import Session
from app.users.model import User

USER_COLUMNS = (
    UserRow.id,
    UserRow.email,
    UserRow.full_name,
    UserRow.role,
    UserRow.is_active,
    UserRow.email_verified,
    UserRow.created_at,
)


class UserRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, user: User) -> bool:
        """Store a new account; returns False, and stores nothing, if its address exists."""
        query = insert(UserRow).values(
            id=user.id,
            email=user.email,
            full_name=user.full_name,
            role=user.role,
            is_active=user.is_active,
            email_verified=user.email_verified,
            created_at=user.created_at,
        )
        try:
            async with self._session.begin_nested():
                await self._session.execute(query)
        except IntegrityError:
            return False
        return True

    async def get(self, user_id: UUID) -> User | None:
        """Find an account by id."""
        return await self._one(select(*USER_COLUMNS).where(UserRow.id == user_id))

    async def get_by_email(self, email: str) -> User | None:
        """Find an account by address, in lower case."""
        return await self._one(select(*USER_COLUMNS).where(UserRow.email == email))

    async def lock(self, user_id: UUID) -> User | None:
        """Find an account, and lock it until the transaction ends."""
        query = select(*USER_COLUMNS).where(UserRow.id == user_id).with_for_update()
        return await self._one(query)

    async def lock_all(self, user_ids: Iterable[UUID]) -> dict[UUID, User]:
        """Find and lock several accounts, in an order that cannot deadlock."""
        query = select(*USER_COLUMNS).where(UserRow.id.in_(set(user_ids))).order_by(UserRow.id)
        rows = await self._session.execute(query.with_for_update())
        return {row.id: to_user(row) for row in rows}

    async def active_admins(self) -> list[UUID]:
        """List the active admins."""
        query = select(UserRow.id).where(UserRow.role == Role.ADMIN, UserRow.is_active)
        return list(await self._session.scalars(query))

    async def page(self, limit: int, after: UUID | None) -> list[User]:
        """List up to `limit` accounts, newest first, older than `after`."""
        query = select(*USER_COLUMNS).order_by(UserRow.id.desc()).limit(limit)
        if after is not None:
            query = query.where(UserRow.id < after)
        return [to_user(row) for row in await self._session.execute(query)]

    async def batch(self, limit: int, after: UUID | None) -> list[User]:
        """List up to `limit` accounts, oldest first, newer than `after`."""
        query = select(*USER_COLUMNS).order_by(UserRow.id).limit(limit)
        if after is not None:
            query = query.where(UserRow.id > after)
        return [to_user(row) for row in await self._session.execute(query)]

    async def update(self, user_id: UUID, **changes: Any) -> None:
        """Change columns of an account."""
        if changes:
            query = update(UserRow).where(UserRow.id == user_id).values(**changes)
            await self._session.execute(query)

    async def delete(self, user_id: UUID) -> bool:
        """Delete an account and its data; returns False if there was none."""
        result = await self._session.execute(delete(UserRow).where(UserRow.id == user_id))
        return cast("CursorResult[Any]", result).rowcount == 1

    async def _one(self, query: Any) -> User | None:
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else to_user(row)


def to_user(row: Row[*tuple[Any, ...]]) -> User:
    """Build the account from a row that begins with `USER_COLUMNS`."""
    return User(row[0], row[1], row[2], Role(row[3]), row[4], row[5], row[6])
