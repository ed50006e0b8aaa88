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
    family_id = fields.UUIDField(db_index=True)
    digest = DigestField(unique=True)
    created_at = UtcDatetimeField()
    expires_at = UtcDatetimeField()
    permissions = fields.TextField(null=True)
    last_used_at = UtcDatetimeField(null=True)
    revoked_at = UtcDatetimeField(null=True)
    signed_in_at = UtcDatetimeField(null=True)
    client_address = ShortTextField(45, null=True)

    class Meta(Model.Meta):
        table = "tokens"


COLUMNS: Final = (
    "tokens.id, tokens.kind, tokens.user_id, tokens.family_id, tokens.digest, tokens.created_at, "
    "tokens.expires_at, tokens.permissions, tokens.last_used_at, tokens.revoked_at, "
    "tokens.signed_in_at, tokens.client_address"
)


def to_values(token: Token) -> dict[str, Any]:
    """Return the values of a new row."""
    return {
        "id": token.id,
        "kind": token.kind,
        "user_id": token.user_id,
        "family_id": token.family_id,
        "digest": token.digest,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "permissions": None if token.permissions is None else " ".join(sorted(token.permissions)),
        "signed_in_at": token.signed_in_at,
        "client_address": token.client_address,
    }


def to_token(row: TokenRow) -> Token:
    """Build the token from its row."""
    return Token(
        row.id,
        row.kind,
        row.user_id,
        row.family_id,
        row.digest,
        row.created_at,
        row.expires_at,
        _permissions(row.permissions),
        row.last_used_at,
        row.revoked_at,
        row.signed_in_at,
        row.client_address,
    )


def read_token(values: Sequence[Any]) -> Token:
    """Build the token from what a driver returns for `COLUMNS`."""
    token_id, kind, user_id, family_id, digest, created_at, expires_at, permissions, *rest = values
    *times, client_address = rest
    last_used_at, revoked_at, signed_in_at = (value and to_time(value) for value in times)
    return Token(
        to_uuid(token_id),
        kind,
        to_uuid(user_id),
        to_uuid(family_id),
        digest,
        to_time(created_at),
        to_time(expires_at),
        _permissions(permissions),
        last_used_at,
        revoked_at,
        signed_in_at,
        client_address,
    )


def _permissions(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(text.split())
