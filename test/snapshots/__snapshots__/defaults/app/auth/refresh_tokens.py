"""Refresh tokens: a session lives for as long as one of its family can be used."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.clock import now
from app.ids import new_id
from app.settings import Settings
from app.tokens.token import Token, digest, new_secret

REFRESH: Final = "refresh"


def make_refresh_token(
    settings: Settings, user_id: UUID, family_id: UUID, scopes: frozenset[str] | None
) -> tuple[Token, str]:
    """Make the next token of a family; returns what is stored, and the secret."""
    secret = new_secret()
    at = now()
    token = Token(
        id=new_id(),
        kind=REFRESH,
        user_id=user_id,
        family_id=family_id,
        digest=digest(secret),
        scopes=scopes,
        created_at=at,
        expires_at=at + timedelta(seconds=settings.refresh_token_ttl_seconds),
    )
    return token, secret
