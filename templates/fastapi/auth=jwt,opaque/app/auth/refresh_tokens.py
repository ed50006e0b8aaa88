"""Refresh tokens: a session lasts as long as a token of its family can be used."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.clock import now
from app.database.transaction import Transaction
from app.ids import new_id
from app.settings import Settings
from app.tokens.redemption import consume_token, find_token
from app.tokens.rotation import supersede
from app.tokens.token import Token, digest, new_secret

REFRESH: Final = "refresh"


def make_first_token(
    settings: Settings, user_id: UUID, scopes: frozenset[str] | None, client_address: str | None
) -> tuple[Token, str]:
    """Create the first token of a family; returns what is stored, and the secret."""
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
        expires_at=_end(settings, at, signed_in_at=at),
        signed_in_at=at,
        client_address=client_address,
    )
    return token, secret


def make_next_token(settings: Settings, token: Token) -> tuple[Token, str]:
    """Create the successor of a token; it keeps the sign-in time of the family."""
    secret = new_secret()
    at = now()
    following = replace(
        token,
        id=new_id(),
        digest=digest(secret),
        created_at=at,
        expires_at=_end(settings, at, signed_in_at=token.signed_in_at or token.created_at),
        last_used_at=None,
        revoked_at=None,
    )
    return following, secret


def access_lifetime(settings: Settings, token: Token) -> timedelta:
    """Return the lifetime of an access token: not longer than the session."""
    lifetime = timedelta(seconds=settings.access_token_ttl_seconds)
    return min(lifetime, (token.expires_at or token.created_at) - token.created_at)


async def use(transaction: Transaction, settings: Settings, token: Token, at: datetime) -> bool:
    """Use a token; returns False if it cannot be used (again). Its owner is locked.

    The token before the newest may be used again for `REFRESH_REUSE_LEEWAY_SECONDS`: the response
    to its first use may have been lost. What is stored of the tokens in that response is revoked,
    so that only one of two holders can continue.
    """
    if await consume_token(transaction, token.id, at):
        return True
    leeway = timedelta(seconds=settings.refresh_reuse_leeway_seconds)
    used = await find_token(transaction, REFRESH, [token.digest])
    if used is None or used.last_used_at is None or at - used.last_used_at >= leeway:
        return False
    return await supersede(transaction, used, at)


def _end(settings: Settings, at: datetime, *, signed_in_at: datetime) -> datetime:
    return min(
        at + timedelta(seconds=settings.refresh_token_ttl_seconds),
        signed_in_at + timedelta(seconds=settings.refresh_absolute_ttl_seconds),
    )
