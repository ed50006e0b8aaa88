"""Known client addresses of accounts: the table and its queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models import Base
from app.database.session import Session
from app.ids import new_id

MAX_ADDRESSES: Final = 20


class KnownAddressRow(Base):
    """A keyed hash of an account and an address: the table does not reveal addresses."""

    __tablename__ = "known_addresses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    used_at: Mapped[datetime] = mapped_column(index=True)


class KnownAddressRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def is_known(self, digests: Sequence[bytes], since: datetime) -> bool:
        """Return whether one of the digests was stored after a time."""
        query = select(KnownAddressRow.id).where(
            KnownAddressRow.digest.in_(digests), KnownAddressRow.used_at > since
        )
        return (await self._session.execute(query.limit(1))).one_or_none() is not None

    async def remember(self, user_id: UUID, digests: Sequence[bytes], at: datetime) -> None:
        """Store the first digest of an address; the oldest of the account make room.

        The row of the account is locked.
        """
        await self._session.execute(
            delete(KnownAddressRow).where(KnownAddressRow.digest.in_(digests))
        )
        await self._session.execute(
            insert(KnownAddressRow).values(
                id=new_id(), user_id=user_id, digest=digests[0], used_at=at
            )
        )
        query = select(KnownAddressRow.id).where(KnownAddressRow.user_id == user_id)
        ids = list(await self._session.scalars(query.order_by(KnownAddressRow.used_at.desc())))
        if surplus := ids[MAX_ADDRESSES:]:
            await self._session.execute(
                delete(KnownAddressRow).where(KnownAddressRow.id.in_(surplus))
            )

    async def delete_before(self, at: datetime, limit: int) -> int:
        """Delete up to `limit` addresses last used before a time; returns how many."""
        query = select(KnownAddressRow.id).where(KnownAddressRow.used_at <= at).limit(limit)
        ids = list(await self._session.scalars(query))
        await self._session.execute(delete(KnownAddressRow).where(KnownAddressRow.id.in_(ids)))
        return len(ids)
