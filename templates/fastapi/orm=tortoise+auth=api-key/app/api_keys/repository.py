"""Names of API keys: the table, and the queries that need them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import Model, fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from app.api_keys.model import KIND, ApiKey
from app.database.fields import ShortTextField
from app.database.session import Session
from app.tokens.repository import TokenRepository, TokenRow, to_token


# The rest of a key is its row in `tokens`, with the same id.
class ApiKeyRow(Model):
    token: fields.OneToOneRelation[TokenRow] = fields.OneToOneField(
        "app.TokenRow", related_name=False, on_delete=fields.CASCADE, primary_key=True
    )
    token_id: UUID
    name = ShortTextField(100)
    parent: fields.ForeignKeyNullableRelation[TokenRow] = fields.ForeignKeyField(
        "app.TokenRow", related_name=False, on_delete=fields.SET_NULL, null=True, db_index=True
    )
    parent_id: UUID | None

    class Meta(Model.Meta):
        table = "api_keys"


class ApiKeyRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, key: ApiKey) -> None:
        """Store a key, and delete expired ones of its owner, whose row is locked."""
        await TokenRepository(self._session).add(key.token)
        await ApiKeyRow.create(
            using_db=self._session, token_id=key.id, name=key.name, parent_id=key.parent_id
        )

    async def find(self, key_id: UUID, owner_id: UUID | None) -> ApiKey | None:
        """Find a key, active or not, of one owner or of any."""
        rows = self._rows(token_id=key_id)
        if owner_id is not None:
            rows = rows.filter(token__user_id=owner_id)
        row = await rows.get_or_none()
        return None if row is None else _to_key(row)

    async def count(self, owner_id: UUID, at: datetime) -> int:
        """Count the active keys of an owner."""
        return await self._working(owner_id, at).count()

    async def ids_of(self, owner_id: UUID) -> list[UUID]:
        """List the keys of an owner that are not revoked."""
        rows = self._rows(token__user_id=owner_id, token__revoked_at__isnull=True)
        return [row.token_id for row in await rows]

    async def unrevoked(self, key_ids: Collection[UUID]) -> list[ApiKey]:
        """List those of the keys that are not revoked."""
        return await _keys(self._rows(token_id__in=key_ids, token__revoked_at__isnull=True))

    async def made_with(self, key_ids: Collection[UUID]) -> list[ApiKey]:
        """List the keys that were created with one of these and are not revoked."""
        return await _keys(self._rows(parent_id__in=key_ids, token__revoked_at__isnull=True))

    async def revoke(self, key_ids: Collection[UUID], at: datetime) -> None:
        """Revoke keys, whose owners are locked."""
        tokens = TokenRow.filter(id__in=key_ids, revoked_at__isnull=True)
        await tokens.using_db(self._session).update(revoked_at=at)

    async def delete_revoked(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` keys revoked before a time; returns how many there were."""
        return await self._delete(TokenRow.filter(kind=KIND, revoked_at__lt=before).limit(limit))

    async def prune_revoked(self, owner_id: UUID, kept: int) -> None:
        """Delete revoked keys of an owner, whose row is locked; the last `kept` of them stay."""
        revoked = TokenRow.filter(user_id=owner_id, kind=KIND, revoked_at__isnull=False)
        await self._delete(revoked.order_by("-revoked_at").offset(kept).limit(kept))

    async def _delete(self, tokens: QuerySet[TokenRow]) -> int:
        ids = await tokens.using_db(self._session).values_list("id", flat=True)
        return await TokenRow.filter(id__in=ids).using_db(self._session).delete() if ids else 0

    async def page(
        self, owner_id: UUID, at: datetime, limit: int, after: UUID | None
    ) -> list[ApiKey]:
        """List up to `limit` active keys of an owner, newest first, older than `after`."""
        rows = self._working(owner_id, at)
        if after is not None:
            rows = rows.filter(token_id__lt=after)
        return await _keys(rows.order_by("-token_id").limit(limit))

    def _working(self, owner_id: UUID, at: datetime) -> QuerySet[ApiKeyRow]:
        return self._rows(
            Q(token__expires_at__isnull=True) | Q(token__expires_at__gt=at),
            token__user_id=owner_id,
            token__revoked_at__isnull=True,
        )

    def _rows(self, *conditions: Q, **columns: Any) -> QuerySet[ApiKeyRow]:
        rows = ApiKeyRow.filter(*conditions, token__kind=KIND, **columns)
        return rows.using_db(self._session).select_related("token")


async def _keys(rows: QuerySet[ApiKeyRow]) -> list[ApiKey]:
    return [_to_key(row) for row in await rows]


def _to_key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(to_token(row.token), row.name, row.parent_id)
