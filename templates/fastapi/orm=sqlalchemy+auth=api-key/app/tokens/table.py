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
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    scopes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


TOKEN_COLUMNS = (
    TokenRow.id,
    TokenRow.kind,
    TokenRow.user_id,
    TokenRow.digest,
    TokenRow.scopes,
    TokenRow.created_at,
    TokenRow.expires_at,
    TokenRow.last_used_at,
    TokenRow.revoked_at,
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


def to_token(values: Sequence[Any]) -> Token:
    """Build the token from the values of `TOKEN_COLUMNS`."""
    token_id, kind, user_id, digest, scopes, *times = values
    return Token(token_id, kind, user_id, digest, frozenset(scopes.split()), *times)
