"""Access tokens: random references to stored sessions and scopes."""

from dataclasses import replace
from typing import Final

from app.auth.principal import Principal
from app.auth.refresh_tokens import access_lifetime
from app.clock import now
from app.database.transaction import Transaction
from app.ids import new_id
from app.resources import Resources
from app.tokens.repository import TokenRepository
from app.tokens.token import Token, digest, new_secret

ACCESS: Final = "access"


async def issue_access_token(
    transaction: Transaction,
    resources: Resources,
    refresh_token: Token,
    scopes: frozenset[str] | None,
) -> str:
    """Store the refresh token and the access token of a session; returns the latter's secret."""
    secret = new_secret()
    lifetime = access_lifetime(resources.settings, refresh_token)
    tokens = TokenRepository(transaction)
    await tokens.add(refresh_token)
    await tokens.add(
        replace(
            refresh_token,
            id=new_id(),
            kind=ACCESS,
            digest=digest(secret),
            scopes=scopes,
            expires_at=refresh_token.created_at + lifetime,
        )
    )
    return secret


async def find_principal(resources: Resources, token: str) -> Principal | None:
    """Return the principal of an access token; None unless token and account are valid.

    One query for both, so signing out and demoting take effect immediately.
    """
    async with resources.database.reader() as reader:
        found = await TokenRepository(reader).find_alive(ACCESS, "digest", digest(token), now())
    if found is None:
        return None
    stored, user = found
    return Principal(user, stored.family_id, stored.scopes, stored.signed_in_at)
