"""Stored credentials: the table."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from tortoise import Model, fields

from app.database.fields import (
    DigestField,
    ShortTextField,
    UtcDatetimeField,
    to_time,
    to_uuid,
)
from app.database.models import UserRow
from app.ids import new_id
from app.tokens.token import Token


class TokenRow(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    kind = ShortTextField(20)
    user: fields.ForeignKeyRelation[UserRow] = fields.ForeignKeyField(
        "app.UserRow", related_name=False, on_delete=fields.CASCADE, db_index=True
    )
    user_id: UUID
    digest = DigestField(unique=True)
    scopes = fields.TextField()
    created_at = UtcDatetimeField()
    expires_at = UtcDatetimeField(null=True)
    last_used_at = UtcDatetimeField(null=True)
    revoked_at = UtcDatetimeField(null=True)

    class Meta(Model.Meta):
        table = "tokens"


COLUMNS: Final = (
    "tokens.id, tokens.kind, tokens.user_id, tokens.digest, tokens.scopes, tokens.created_at, "
    "tokens.expires_at, tokens.last_used_at, tokens.revoked_at"
)


def to_values(token: Token) -> dict[str, Any]:
    """Return the values of a new row."""
    return {
        "id": token.id,
        "kind": token.kind,
        "user_id": token.user_id,
        "digest": token.digest,
        "scopes": " ".join(sorted(token.scopes)),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
    }


def to_token(row: TokenRow) -> Token:
    """Build the token from its row."""
    return Token(
        row.id,
        row.kind,
        row.user_id,
        row.digest,
        frozenset(row.scopes.split()),
        row.created_at,
        row.expires_at,
        row.last_used_at,
        row.revoked_at,
    )


def read_token(values: Sequence[Any]) -> Token:
    """Build the token from what a driver returns for `COLUMNS`."""
    token_id, kind, user_id, digest, scopes, *times = values
    return Token(
        to_uuid(token_id),
        kind,
        to_uuid(user_id),
        digest,
        frozenset(scopes.split()),
        *(value and to_time(value) for value in times),
    )
