"""Names of API keys: the table, and the queries that need them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Select, String, insert, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from app.api_keys.model import KIND, ApiKey
from app.database.models import Base
from app.database.session import Session
from app.tokens.repository import TOKEN_COLUMNS, TokenRepository, TokenRow, to_token


class ApiKeyRow(Base):
    """All else of a key is its row in `tokens`, which has the same id."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(ForeignKey("tokens.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


class ApiKeyRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, key: ApiKey) -> None:
        """Store a key, and drop the expired ones of its owner, whose row is locked."""
        await TokenRepository(self._session).add(key.token)
        await self._session.execute(insert(ApiKeyRow).values(id=key.id, name=key.name))

    async def find(self, key_id: UUID, owner_id: UUID | None) -> ApiKey | None:
        """Find a key of an owner, or without one of anybody, whether it works or not."""
        query = _select_keys().where(TokenRow.id == key_id)
        if owner_id is not None:
            query = query.where(TokenRow.user_id == owner_id)
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else _to_key(row)

    async def page(
        self, owner_id: UUID, at: datetime, limit: int, after: UUID | None
    ) -> list[ApiKey]:
        """List up to `limit` keys of an owner that work, newest first, older than `after`."""
        query = _select_keys().where(
            TokenRow.user_id == owner_id,
            TokenRow.revoked_at.is_(None),
            or_(TokenRow.expires_at.is_(None), TokenRow.expires_at > at),
        )
        if after is not None:
            query = query.where(TokenRow.id < after)
        rows = await self._session.execute(query.order_by(TokenRow.id.desc()).limit(limit))
        return [_to_key(row) for row in rows]


def _select_keys() -> Select[*tuple[Any, ...]]:
    query = select(ApiKeyRow.name, *TOKEN_COLUMNS).join(TokenRow, TokenRow.id == ApiKeyRow.id)
    return query.where(TokenRow.kind == KIND)


def _to_key(row: Sequence[Any]) -> ApiKey:
    name, *token = row
    return ApiKey(to_token(token), name)
