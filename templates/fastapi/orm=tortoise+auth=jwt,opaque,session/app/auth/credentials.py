"""Password hashes: the table and its queries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import Model, fields
from tortoise.queryset import QuerySet

from app.database.fields import ShortTextField, UtcDatetimeField
from app.database.models import UserRow
from app.database.session import Session
from app.users.model import User
from app.users.repository import to_user


class CredentialRow(Model):
    user: fields.OneToOneRelation[UserRow] = fields.OneToOneField(
        "app.UserRow", related_name=False, on_delete=fields.CASCADE, primary_key=True
    )
    user_id: UUID
    password_hash = ShortTextField(255)
    changed_at = UtcDatetimeField()

    class Meta(Model.Meta):
        table = "credentials"


class CredentialRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def find_by_email(self, email: str) -> tuple[User, str] | None:
        """Find an account and its password hash by address, in lower case."""
        return await self._one(user__email=email)

    async def get(self, user_id: UUID) -> tuple[User, str] | None:
        """Find an account and its password hash by id."""
        return await self._one(user_id=user_id)

    async def set(self, user_id: UUID, password_hash: str, at: datetime) -> None:
        """Store the password hash of an account, replacing the previous one."""
        await self.remove(user_id)
        await CredentialRow.create(
            using_db=self._session, user_id=user_id, password_hash=password_hash, changed_at=at
        )

    async def remove(self, user_id: UUID) -> None:
        """Remove the password of an account."""
        await self._rows(user_id=user_id).delete()

    async def rehash(self, user_id: UUID, old_hash: str, new_hash: str) -> bool:
        """Store a new hash of the same password; returns False if the password has changed."""
        rows = self._rows(user_id=user_id, password_hash=old_hash)
        return await rows.update(password_hash=new_hash) == 1

    async def lock_unchanged(self, user_id: UUID, password_hash: str) -> bool:
        """Return whether this is still the hash, and lock it until the transaction ends."""
        rows = self._rows(user_id=user_id, password_hash=password_hash)
        return await rows.select_for_update().get_or_none() is not None

    def _rows(self, **conditions: Any) -> QuerySet[CredentialRow]:
        return CredentialRow.filter(**conditions).using_db(self._session)

    async def _one(self, **conditions: Any) -> tuple[User, str] | None:
        row = await self._rows(**conditions).select_related("user").get_or_none()
        return None if row is None else (to_user(row.user), row.password_hash)
