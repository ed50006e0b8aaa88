"""Access tokens: short-lived signed JWTs (RFC 9068, RFC 8725)."""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID, uuid4

import jwt

from app.auth.principal import Principal
from app.auth.refresh_tokens import REFRESH, access_lifetime
from app.clock import now
from app.database.transaction import Transaction
from app.resources import Resources
from app.tokens.repository import TokenRepository
from app.tokens.token import Token

_PURPOSE: Final = "access-token"
_TYPE: Final = "at+jwt"
_CLAIMS: Final = ("iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp")


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """The content of an access token: its user, session, scopes and lifetime.

    `begins` and `ends` are seconds since the epoch.
    """

    user_id: UUID
    session_id: UUID
    scopes: frozenset[str] | None
    begins: int
    ends: int


async def issue_access_token(
    transaction: Transaction,
    resources: Resources,
    refresh_token: Token,
    scopes: frozenset[str] | None,
) -> str:
    """Store the refresh token of a session, and sign an access token that lives no longer."""
    await TokenRepository(transaction).add(refresh_token)
    settings = resources.settings
    at = refresh_token.created_at
    claims: dict[str, Any] = {
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "sub": str(refresh_token.user_id),
        "sid": str(refresh_token.family_id),
        "jti": str(uuid4()),
        "iat": at,
        "nbf": at,
        "exp": at + access_lifetime(settings, refresh_token),
    }
    if scopes is not None:
        claims["scope"] = " ".join(sorted(scopes))
    key = resources.keys.all(_PURPOSE)[0]
    return jwt.encode(claims, key, settings.jwt_algorithm, headers={"typ": _TYPE})


async def find_principal(resources: Resources, token: str) -> Principal | None:
    """Return the principal of an access token; None unless token, session and account are valid.

    One query for session and account, so signing out and demoting take effect immediately.
    """
    claims = read_access_token(resources, token)
    if claims is None:
        return None
    async with resources.database.reader() as reader:
        found = await TokenRepository(reader).find_alive(
            REFRESH, "family_id", claims.session_id, now()
        )
    if found is None:
        return None
    stored, user = found
    if user.id != claims.user_id:
        return None
    return Principal(user, claims.session_id, claims.scopes, stored.signed_in_at)


def read_access_token(resources: Resources, token: str) -> AccessClaims | None:
    """Verify an access token under any current key; None unless everything is valid."""
    settings = resources.settings
    try:
        claims = _verify(
            token,
            resources.keys.all(_PURPOSE),
            settings.jwt_algorithm,
            settings.jwt_issuer,
            settings.jwt_audience,
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError):
        return None
    return claims if claims.begins <= time.time() < claims.ends else None


# Verifying costs as much as the query, and the same bytes always verify alike. Only successes are
# cached, and only what never changes: expiry and session are checked on each request.
@lru_cache(maxsize=4096)
def _verify(
    token: str, keys: tuple[bytes, ...], algorithm: str, issuer: str, audience: str
) -> AccessClaims:
    for key in keys:
        try:
            decoded = jwt.decode_complete(
                token,
                key,
                # Never the algorithm that the token's header names (RFC 8725, 3.1).
                algorithms=[algorithm],
                issuer=issuer,
                audience=audience,
                options={
                    "require": list(_CLAIMS),
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidSignatureError:
            continue
        return _to_claims(decoded["header"], decoded["payload"])
    raise jwt.InvalidSignatureError


def _to_claims(header: dict[str, Any], claims: dict[str, Any]) -> AccessClaims:
    if header.get("typ") != _TYPE:
        raise jwt.InvalidTokenError("not an access token")
    return AccessClaims(
        user_id=UUID(str(claims["sub"])),
        session_id=UUID(str(claims["sid"])),
        scopes=_scopes(claims),
        begins=max(int(claims["nbf"]), int(claims["iat"])),
        ends=int(claims["exp"]),
    )


def _scopes(claims: dict[str, Any]) -> frozenset[str] | None:
    """Return the scopes of the token. A malformed scope never means "no restriction"."""
    if "scope" not in claims:
        return None
    if not isinstance(claims["scope"], str):
        raise jwt.InvalidTokenError("a scope that is no text")
    return frozenset(claims["scope"].split())
