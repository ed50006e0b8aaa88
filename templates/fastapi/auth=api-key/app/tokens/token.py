"""Stored credentials: random secrets of which only a digest is stored."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Token:
    """A credential that allows what its scopes name.

    `digest` is 32 bytes; the secret itself is nowhere. Without `expires_at` it lives until it is
    revoked.
    """

    id: UUID
    kind: str
    user_id: UUID
    digest: bytes
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


def new_secret() -> str:
    """Generate a URL-safe secret of 256 random bits (RFC 9700, 4.14)."""
    return secrets.token_urlsafe(SECRET_BYTES)
