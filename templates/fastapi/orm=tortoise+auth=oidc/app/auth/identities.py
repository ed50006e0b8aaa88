"""Identities at the provider: the table and its queries."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise import Model, fields
from tortoise.exceptions import IntegrityError
from tortoise.queryset import QuerySet

from app.auth.identity import Identity
from app.database.dialect import statement
from app.database.fields import ShortTextField, UtcDatetimeField, to_time, to_uuid
from app.database.models import UserRow
from app.database.session import Session
from app.ids import new_id
from app.users.model import User
from app.users.repository import USER_COLUMNS, read_user


# Outlives its account: otherwise a token issued before the deletion would create a new one.
class IdentityRow(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    issuer = ShortTextField(255)
    subject = ShortTextField(255)
    user: fields.ForeignKeyNullableRelation[UserRow] = fields.ForeignKeyField(
        "app.UserRow", related_name=False, on_delete=fields.SET_NULL, null=True, db_index=True
    )
    user_id: UUID | None
    ended_at = UtcDatetimeField(null=True)
    roles_as_of = UtcDatetimeField(null=True)
    is_barred = fields.BooleanField()

    class Meta(Model.Meta):
        table = "identities"
        unique_together = (("issuer", "subject"),)


# A constant: each authenticated request runs it, and building it would cost more than running it.
_FIND: Final = statement(f"""
    SELECT {USER_COLUMNS}, identities.id, identities.ended_at, identities.roles_as_of,
        identities.is_barred
    FROM identities LEFT JOIN users ON users.id = identities.user_id
    WHERE identities.issuer = $1 AND identities.subject = $2
""")  # noqa: S608  (of constants alone)


class IdentityRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, issuer: str, subject: str) -> Identity | None:
        """Find an identity and its account, in one query."""
        _, rows = await self._session.run(_FIND, (issuer, subject))
        if not rows:
            return None
        *user, identity_id, ended_at, roles_as_of, is_barred = rows[0]
        return Identity(
            to_uuid(identity_id),
            None if user[0] is None else read_user(user),
            None if ended_at is None else to_time(ended_at),
            None if roles_as_of is None else to_time(roles_as_of),
            bool(is_barred),
        )

    async def find_by_user(self, user: User) -> Identity | None:
        """Find the identity of an account."""
        row = await self._rows(user_id=user.id).get_or_none()
        return None if row is None else _to_identity(row, user)

    async def claim(self, issuer: str, subject: str) -> Identity | None:
        """Lock an identity without an account, created if new; None if it has an account.

        Of two concurrent requests, the second waits for the first, and then gets None.
        """
        rows = self._rows(issuer=issuer, subject=subject)
        known = await rows.select_for_update().get_or_none()
        if known is not None:
            return None if known.user_id else _to_identity(known, None)
        identity_id = new_id()
        try:
            async with self._session.savepoint():
                await IdentityRow.create(
                    using_db=self._session,
                    id=identity_id,
                    issuer=issuer,
                    subject=subject,
                    is_barred=False,
                )
        except IntegrityError:
            # Another request has created the account meanwhile.
            return None
        return Identity(identity_id, None, None, None, is_barred=False)

    async def attach(self, identity_id: UUID, user_id: UUID, roles_as_of: datetime) -> None:
        """Set the account of an identity, and when the token of its role was issued."""
        await self._rows(id=identity_id).update(user_id=user_id, roles_as_of=roles_as_of)

    async def end(self, user_id: UUID, at: datetime, *, is_barred: bool = False) -> None:
        """Revoke the tokens that were issued to an account until a time."""
        await self._rows(user_id=user_id).update(ended_at=at, is_barred=is_barred)

    def _rows(self, **conditions: Any) -> QuerySet[IdentityRow]:
        return IdentityRow.filter(**conditions).using_db(self._session)


def _to_identity(row: IdentityRow, user: User | None) -> Identity:
    return Identity(row.id, user, row.ended_at, row.roles_as_of, row.is_barred)
