"""Stored credentials: the table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models import Base
from app.tokens.token import Token


class TokenRow(Base):
    __tablename__ = "tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[UUID] = mapped_column(index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    permissions: Mapped[str | None] = mapped_column(Text)
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]
    client_address: Mapped[str | None] = mapped_column(String(45))


TOKEN_COLUMNS = (
    TokenRow.id,
    TokenRow.kind,
    TokenRow.user_id,
    TokenRow.family_id,
    TokenRow.digest,
    TokenRow.created_at,
    TokenRow.expires_at,
    TokenRow.permissions,
    TokenRow.last_used_at,
    TokenRow.revoked_at,
    TokenRow.signed_in_at,
    TokenRow.client_address,
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


def to_token(values: Sequence[Any]) -> Token:
    """Build the token from the values of `TOKEN_COLUMNS`."""
    token_id, kind, user_id, family_id, digest, created_at, expires_at, permissions, *rest = values
    permissions = None if permissions is None else frozenset(permissions.split())
    return Token(
        token_id, kind, user_id, family_id, digest, created_at, expires_at, permissions, *rest
    )
