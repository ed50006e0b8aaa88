"""Known client addresses of accounts: the table and its queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise import Model, fields
from tortoise.queryset import QuerySet

from app.database.fields import DigestField, UtcDatetimeField
from app.database.models import UserRow
from app.database.session import Session
from app.ids import new_id

MAX_ADDRESSES: Final = 20


# A keyed hash of an account and an address: the table does not reveal addresses.
class KnownAddressRow(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    user: fields.ForeignKeyRelation[UserRow] = fields.ForeignKeyField(
        "app.UserRow", related_name=False, on_delete=fields.CASCADE, db_index=True
    )
    user_id: UUID
    digest = DigestField(unique=True)
    used_at = UtcDatetimeField(db_index=True)

    class Meta(Model.Meta):
        table = "known_addresses"


class KnownAddressRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def is_known(self, digests: Sequence[bytes], since: datetime) -> bool:
        """Return whether one of the digests was stored after a time."""
        return await self._rows(digest__in=digests, used_at__gt=since).exists()

    async def remember(self, user_id: UUID, digests: Sequence[bytes], at: datetime) -> None:
        """Store the first digest of an address; the oldest of the account make room.

        The row of the account is locked.
        """
        await self._rows(digest__in=digests).delete()
        await KnownAddressRow.create(
            using_db=self._session, user_id=user_id, digest=digests[0], used_at=at
        )
        rows = await self._rows(user_id=user_id).order_by("-used_at")
        if surplus := [row.id for row in rows[MAX_ADDRESSES:]]:
            await self._rows(id__in=surplus).delete()

    async def delete_before(self, at: datetime, limit: int) -> int:
        """Delete up to `limit` addresses last used before a time; returns how many."""
        ids = await self._rows(used_at__lte=at).limit(limit).values_list("id", flat=True)
        return await self._rows(id__in=ids).delete() if ids else 0

    def _rows(self, **conditions: Any) -> QuerySet[KnownAddressRow]:
        return KnownAddressRow.filter(**conditions).using_db(self._session)
