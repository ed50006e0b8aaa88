"""Stored credentials: random secrets of which only a digest is stored."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Token:
    """A credential with a lifetime.

    Tokens of one sign-in share a `family_id`, and `signed_in_at`, when that was. `digest` is 32
    bytes; the secret itself is nowhere. `scopes` narrow what the token allows; None leaves its
    owner's permissions whole. Without `expires_at` it lives until it is revoked.
    """

    id: UUID
    kind: str
    user_id: UUID
    family_id: UUID
    digest: bytes
    scopes: frozenset[str] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    signed_in_at: datetime | None = None
    client_address: str | None = None


def new_secret() -> str:
    """Generate a URL-safe secret of 256 random bits (RFC 9700, 4.14)."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> bytes:
    """Hash a secret for storage. A fast hash is enough: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode()).digest()
