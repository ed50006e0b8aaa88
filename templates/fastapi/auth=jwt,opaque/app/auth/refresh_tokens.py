"""Refresh tokens: a session lives for as long as one of its family can be used."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.clock import now
from app.ids import new_id
from app.settings import Settings
from app.tokens.token import Token, digest, new_secret

REFRESH: Final = "refresh"


def make_first_token(
    settings: Settings, user_id: UUID, scopes: frozenset[str] | None
) -> tuple[Token, str]:
    """Make the token of a new family; returns what is stored, and the secret."""
    secret = new_secret()
    at = now()
    token = Token(
        id=new_id(),
        kind=REFRESH,
        user_id=user_id,
        family_id=new_id(),
        digest=digest(secret),
        scopes=scopes,
        created_at=at,
        expires_at=at + timedelta(seconds=settings.refresh_token_ttl_seconds),
        signed_in_at=at,
    )
    return token, secret


def make_next_token(settings: Settings, token: Token) -> tuple[Token, str]:
    """Make the token that takes the place of one; the sign-in that began the family stays."""
    following, secret = make_first_token(settings, token.user_id, token.scopes)
    return replace(following, family_id=token.family_id, signed_in_at=token.signed_in_at), secret
