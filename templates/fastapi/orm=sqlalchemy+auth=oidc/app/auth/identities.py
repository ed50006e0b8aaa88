"""Identities at the provider: the table and its queries."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.auth.identity import Identity
from app.database.models import Base, UserRow
from app.database.session import Session
from app.ids import new_id
from app.users.model import User
from app.users.repository import USER_COLUMNS, to_user


class IdentityRow(Base):
    """Outlives its account: otherwise a token issued before the deletion would create a new one."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    ended_at: Mapped[datetime | None]
    roles_as_of: Mapped[datetime | None]
    is_barred: Mapped[bool]


# Built once: each authenticated request runs it, and building it costs more than running it.
_FIND: Final = (
    select(
        *USER_COLUMNS,
        IdentityRow.id.label("identity_id"),
        IdentityRow.ended_at,
        IdentityRow.roles_as_of,
        IdentityRow.is_barred,
    )
    .select_from(IdentityRow)
    .outerjoin(UserRow, UserRow.id == IdentityRow.user_id)
    .where(IdentityRow.issuer == bindparam("issuer"), IdentityRow.subject == bindparam("subject"))
)


class IdentityRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, issuer: str, subject: str) -> Identity | None:
        """Find an identity and its account, in one query."""
        values = {"issuer": issuer, "subject": subject}
        row = (await self._session.execute(_FIND, values)).one_or_none()
        if row is None:
            return None
        user = None if row[0] is None else to_user(row)
        return Identity(row.identity_id, user, row.ended_at, row.roles_as_of, row.is_barred)

    async def find_by_user(self, user: User) -> Identity | None:
        """Find the identity of an account."""
        query = select(IdentityRow).where(IdentityRow.user_id == user.id)
        row = (await self._session.scalars(query)).one_or_none()
        return None if row is None else _to_identity(row, user)

    async def claim(self, issuer: str, subject: str) -> Identity | None:
        """Lock an identity without an account, created if new; None if it has an account.

        Of two concurrent requests, the second waits for the first, and then gets None.
        """
        query = select(IdentityRow).where(
            IdentityRow.issuer == issuer, IdentityRow.subject == subject
        )
        known = (await self._session.scalars(query.with_for_update())).one_or_none()
        if known is not None:
            return None if known.user_id else _to_identity(known, None)
        identity_id = new_id()
        new = insert(IdentityRow).values(
            id=identity_id, issuer=issuer, subject=subject, is_barred=False
        )
        try:
            async with self._session.begin_nested():
                await self._session.execute(new)
        except IntegrityError:
            # Another request has created the account meanwhile.
            return None
        return Identity(identity_id, None, None, None, is_barred=False)

    async def attach(self, identity_id: UUID, user_id: UUID, roles_as_of: datetime) -> None:
        """Set the account of an identity, and when the token of its role was issued."""
        query = update(IdentityRow).where(IdentityRow.id == identity_id)
        await self._session.execute(query.values(user_id=user_id, roles_as_of=roles_as_of))

    async def end(self, user_id: UUID, at: datetime, *, is_barred: bool = False) -> None:
        """Revoke the tokens that were issued to an account until a time."""
        query = update(IdentityRow).where(IdentityRow.user_id == user_id)
        await self._session.execute(query.values(ended_at=at, is_barred=is_barred))


def _to_identity(row: IdentityRow, user: User | None) -> Identity:
    return Identity(row.id, user, row.ended_at, row.roles_as_of, row.is_barred)
