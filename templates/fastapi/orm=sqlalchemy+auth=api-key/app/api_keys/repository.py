"""Names of API keys: the table, and the queries that need them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Select,
    String,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.api_keys.model import KIND, ApiKey
from app.database.models import Base
from app.database.session import Session
from app.tokens.repository import TOKEN_COLUMNS, TokenRepository, TokenRow, to_token


class ApiKeyRow(Base):
    """The rest of a key is its row in `tokens`, with the same id."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(ForeignKey("tokens.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("tokens.id", ondelete="SET NULL"), index=True
    )


class ApiKeyRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, key: ApiKey) -> None:
        """Store a key, and delete expired ones of its owner, whose row is locked."""
        await TokenRepository(self._session).add(key.token)
        await self._session.execute(
            insert(ApiKeyRow).values(id=key.id, name=key.name, parent_id=key.parent_id)
        )

    async def find(self, key_id: UUID, owner_id: UUID | None) -> ApiKey | None:
        """Find a key, active or not, of one owner or of any."""
        query = _select_keys().where(TokenRow.id == key_id)
        if owner_id is not None:
            query = query.where(TokenRow.user_id == owner_id)
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else _to_key(row)

    async def count(self, owner_id: UUID, at: datetime) -> int:
        """Count the active keys of an owner."""
        query = select(func.count()).select_from(TokenRow)
        query = query.where(TokenRow.user_id == owner_id, TokenRow.kind == KIND, _works(at))
        return (await self._session.execute(query)).scalar_one()

    async def ids_of(self, owner_id: UUID) -> list[UUID]:
        """List the keys of an owner that are not revoked."""
        query = select(TokenRow.id).where(
            TokenRow.user_id == owner_id, TokenRow.kind == KIND, TokenRow.revoked_at.is_(None)
        )
        return list((await self._session.execute(query)).scalars())

    async def unrevoked(self, key_ids: Collection[UUID]) -> list[ApiKey]:
        """List those of the keys that are not revoked."""
        return await self._unrevoked(TokenRow.id.in_(key_ids))

    async def made_with(self, key_ids: Collection[UUID]) -> list[ApiKey]:
        """List the keys that were created with one of these and are not revoked."""
        return await self._unrevoked(ApiKeyRow.parent_id.in_(key_ids))

    async def revoke(self, key_ids: Collection[UUID], at: datetime) -> None:
        """Revoke keys, whose owners are locked."""
        query = update(TokenRow).where(TokenRow.id.in_(key_ids), TokenRow.revoked_at.is_(None))
        await self._session.execute(query.values(revoked_at=at))

    async def delete_revoked(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` keys revoked before a time; returns how many there were."""
        query = select(TokenRow.id).where(TokenRow.kind == KIND, TokenRow.revoked_at < before)
        return await self._delete(query.limit(limit))

    async def prune_revoked(self, owner_id: UUID, kept: int) -> None:
        """Delete revoked keys of an owner, whose row is locked; the last `kept` of them stay."""
        query = select(TokenRow.id).where(
            TokenRow.user_id == owner_id, TokenRow.kind == KIND, TokenRow.revoked_at.is_not(None)
        )
        await self._delete(query.order_by(TokenRow.revoked_at.desc()).offset(kept).limit(kept))

    async def _delete(self, query: Select[UUID]) -> int:
        ids = list((await self._session.execute(query)).scalars())
        if ids:
            await self._session.execute(delete(TokenRow).where(TokenRow.id.in_(ids)))
        return len(ids)

    async def _unrevoked(self, condition: ColumnElement[bool]) -> list[ApiKey]:
        query = _select_keys().where(condition, TokenRow.revoked_at.is_(None))
        return [_to_key(row) for row in await self._session.execute(query)]

    async def page(
        self, owner_id: UUID, at: datetime, limit: int, after: UUID | None
    ) -> list[ApiKey]:
        """List up to `limit` active keys of an owner, newest first, older than `after`."""
        query = _select_keys().where(TokenRow.user_id == owner_id, _works(at))
        if after is not None:
            query = query.where(TokenRow.id < after)
        rows = await self._session.execute(query.order_by(TokenRow.id.desc()).limit(limit))
        return [_to_key(row) for row in rows]


def _select_keys() -> Select[*tuple[Any, ...]]:
    columns = (ApiKeyRow.name, ApiKeyRow.parent_id, *TOKEN_COLUMNS)
    query = select(*columns).join(TokenRow, TokenRow.id == ApiKeyRow.id)
    return query.where(TokenRow.kind == KIND)


def _to_key(row: Sequence[Any]) -> ApiKey:
    name, parent_id, *token = row
    return ApiKey(to_token(token), name, parent_id)


def _works(at: datetime) -> ColumnElement[bool]:
    unexpired = or_(TokenRow.expires_at.is_(None), TokenRow.expires_at > at)
    return and_(TokenRow.revoked_at.is_(None), unexpired)
