"""Names of API keys: the table, and the queries that need them."""

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


# All else of a key is its row in `tokens`, whose id is the key's.
class ApiKeyRow(Model):
    token: fields.OneToOneRelation[TokenRow] = fields.OneToOneField(
        "app.TokenRow", related_name=False, on_delete=fields.CASCADE, primary_key=True
    )
    token_id: UUID
    name = ShortTextField(100)

    class Meta:
        table = "api_keys"


class ApiKeyRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, key: ApiKey) -> None:
        """Store a key, and drop the expired ones of its owner, whose row is locked."""
        await TokenRepository(self._session).add(key.token)
        await ApiKeyRow.create(using_db=self._session, token_id=key.id, name=key.name)

    async def find(self, key_id: UUID, owner_id: UUID | None) -> ApiKey | None:
        """Find a key of an owner, or without one of anybody, whether it works or not."""
        rows = self._rows(token_id=key_id)
        if owner_id is not None:
            rows = rows.filter(token__user_id=owner_id)
        row = await rows.get_or_none()
        return None if row is None else _to_key(row)

    async def page(
        self, owner_id: UUID, at: datetime, limit: int, after: UUID | None
    ) -> list[ApiKey]:
        """List up to `limit` keys of an owner that work, newest first, older than `after`."""
        rows = self._rows(
            Q(token__expires_at__isnull=True) | Q(token__expires_at__gt=at),
            token__user_id=owner_id,
            token__revoked_at__isnull=True,
        )
        if after is not None:
            rows = rows.filter(token_id__lt=after)
        return [_to_key(row) for row in await rows.order_by("-token_id").limit(limit)]

    def _rows(self, *conditions: Q, **columns: Any) -> QuerySet[ApiKeyRow]:
        rows = ApiKeyRow.filter(*conditions, token__kind=KIND, **columns)
        return rows.using_db(self._session).select_related("token")


def _to_key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(to_token(row.token), row.name)
