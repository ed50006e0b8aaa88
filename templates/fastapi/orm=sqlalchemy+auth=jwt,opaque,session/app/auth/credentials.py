"""Password hashes: the table and its queries."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    ForeignKey,
    String,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models import Base, UserRow
from app.database.session import Session
from app.users.model import User
from app.users.repository import USER_COLUMNS, to_user


class CredentialRow(Base):
    __tablename__ = "credentials"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    password_hash: Mapped[str] = mapped_column(String(255))
    changed_at: Mapped[datetime]


class CredentialRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def find_by_email(self, email: str) -> tuple[User, str] | None:
        """Find an account and its password hash by address, in lower case."""
        return await self._one(UserRow.email == email)

    async def get(self, user_id: UUID) -> tuple[User, str] | None:
        """Find an account and its password hash by id."""
        return await self._one(UserRow.id == user_id)

    async def set(self, user_id: UUID, password_hash: str, at: datetime) -> None:
        """Store the password hash of an account, replacing the previous one."""
        await self.remove(user_id)
        await self._session.execute(
            insert(CredentialRow).values(
                user_id=user_id, password_hash=password_hash, changed_at=at
            )
        )

    async def remove(self, user_id: UUID) -> None:
        """Remove the password of an account."""
        await self._session.execute(delete(CredentialRow).where(CredentialRow.user_id == user_id))

    async def rehash(self, user_id: UUID, old_hash: str, new_hash: str) -> bool:
        """Store a new hash of the same password; returns False if the password has changed."""
        query = (
            update(CredentialRow)
            .where(CredentialRow.user_id == user_id, CredentialRow.password_hash == old_hash)
            .values(password_hash=new_hash)
        )
        result = cast("CursorResult[Any]", await self._session.execute(query))
        return result.rowcount == 1

    async def lock_unchanged(self, user_id: UUID, password_hash: str) -> bool:
        """Return whether this is still the hash, and lock it until the transaction ends."""
        query = select(CredentialRow.user_id).where(
            CredentialRow.user_id == user_id, CredentialRow.password_hash == password_hash
        )
        return await self._session.scalar(query.with_for_update()) is not None

    async def _one(self, condition: ColumnElement[bool]) -> tuple[User, str] | None:
        query = select(*USER_COLUMNS, CredentialRow.password_hash)
        query = query.join(CredentialRow, CredentialRow.user_id == UserRow.id).where(condition)
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else (to_user(row), row.password_hash)
