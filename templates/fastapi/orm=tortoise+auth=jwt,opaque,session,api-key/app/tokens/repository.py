"""Stored credentials: the table and its queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from tortoise import Model, fields
from tortoise.queryset import QuerySet

from app.database.dialect import statement
from app.database.fields import (
    DigestField,
    ShortTextField,
    UtcDatetimeField,
    to_time,
    to_uuid,
)
from app.database.models import UserRow
from app.database.session import Session
from app.ids import new_id
from app.tokens.token import Token
from app.users.model import User
from app.users.repository import USER_COLUMNS, USER_WIDTH, read_user


class TokenRow(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    kind = ShortTextField(20)
    user: fields.ForeignKeyRelation[UserRow] = fields.ForeignKeyField(
        "app.UserRow", related_name=False, on_delete=fields.CASCADE, db_index=True
    )
    user_id: UUID
    family_id = fields.UUIDField(db_index=True)
    digest = DigestField(unique=True)
    scopes = fields.TextField(null=True)
    created_at = UtcDatetimeField()
    expires_at = UtcDatetimeField(null=True)
    last_used_at = UtcDatetimeField(null=True)
    revoked_at = UtcDatetimeField(null=True)
    signed_in_at = UtcDatetimeField(null=True)
    client_address = ShortTextField(45, null=True)

    class Meta(Model.Meta):
        table = "tokens"


# A constant: each authenticated request runs it, and building it would cost more than running it.
_ALIVE_WITH_OWNER: Final = f"""
    SELECT {USER_COLUMNS}, tokens.id, tokens.kind, tokens.user_id, tokens.family_id, tokens.digest,
        tokens.scopes, tokens.created_at, tokens.expires_at, tokens.last_used_at, tokens.revoked_at,
        tokens.signed_in_at, tokens.client_address
    FROM tokens JOIN users ON users.id = tokens.user_id
    WHERE tokens.kind = $1 AND tokens.revoked_at IS NULL AND users.is_active
        AND (tokens.expires_at IS NULL OR tokens.expires_at > $2)
"""  # noqa: S608  (of constants alone)
_ALIVE_BY: Final = {
    "digest": statement(_ALIVE_WITH_OWNER + "AND tokens.digest = $3 LIMIT 1"),
    "family_id": statement(_ALIVE_WITH_OWNER + "AND tokens.family_id = $3 LIMIT 1"),
}


class TokenRepository:
    """An account's tokens are written under the lock of its row in `users`.

    Without it, one that is added while all of them end would survive: the end would not see it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, token: Token) -> None:
        """Store a token, and drop the expired ones of its owner, whose row is locked."""
        await self._rows(user_id=token.user_id, expires_at__lt=token.created_at).delete()
        await TokenRow.create(
            using_db=self._session,
            id=token.id,
            kind=token.kind,
            user_id=token.user_id,
            family_id=token.family_id,
            digest=token.digest,
            scopes=None if token.scopes is None else " ".join(sorted(token.scopes)),
            created_at=token.created_at,
            expires_at=token.expires_at,
            signed_in_at=token.signed_in_at,
            client_address=token.client_address,
        )

    async def delete_expired(self, at: datetime, limit: int) -> int:
        """Delete up to `limit` expired tokens; returns how many there were."""
        expired = await self._rows(expires_at__lte=at).limit(limit).values_list("id", flat=True)
        return await self._rows(id__in=expired).delete() if expired else 0

    async def find_alive(
        self, kind: str, key: Literal["digest", "family_id"], value: bytes | UUID, at: datetime
    ) -> tuple[Token, User] | None:
        """Find a valid token and its active owner in one query."""
        _, rows = await self._session.run(_ALIVE_BY[key], (kind, at, value))
        if not rows:
            return None
        values = tuple(rows[0])
        return _read_token(values[USER_WIDTH:]), read_user(values[:USER_WIDTH])

    def _rows(self, **conditions: Any) -> QuerySet[TokenRow]:
        return TokenRow.filter(**conditions).using_db(self._session)


def to_token(row: TokenRow) -> Token:
    """Build the token from its row."""
    return Token(
        row.id,
        row.kind,
        row.user_id,
        row.family_id,
        row.digest,
        _scopes(row.scopes),
        row.created_at,
        row.expires_at,
        row.last_used_at,
        row.revoked_at,
        row.signed_in_at,
        row.client_address,
    )


def _read_token(values: Sequence[Any]) -> Token:
    """Build the token from what a driver returns for its columns."""
    token_id, kind, user_id, family_id, digest, scopes, *rest, client_address = values
    times = [value and to_time(value) for value in rest]
    created_at, expires_at, last_used_at, revoked_at, signed_in_at = times
    return Token(
        to_uuid(token_id),
        kind,
        to_uuid(user_id),
        to_uuid(family_id),
        digest,
        _scopes(scopes),
        created_at,
        expires_at,
        last_used_at,
        revoked_at,
        signed_in_at,
        client_address,
    )


def _scopes(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(text.split())
