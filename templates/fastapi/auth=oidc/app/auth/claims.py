"""Validation of the claims of an access token (RFC 7519, 4.1; RFC 9068, 4).

A malformed claim makes the token invalid: it is never treated as missing.
"""

import json
from datetime import UTC, datetime
from typing import Any, Final

from app.clock import now
from app.settings import Settings

# Tolerance for clock skew.
LEEWAY_SECONDS: Final = 30
# The end of the year 9999. A time in milliseconds is beyond it.
_MAX_SECONDS: Final = 253_402_300_799
_MAX_SUBJECT_LENGTH: Final = 255
# If access tokens have the same type as every JWT, these claims identify the others: an ID token
# has one of the first four, a logout token the last (OpenID Connect Core 1.0, 2; Back-Channel,
# 2.4).
_CLAIMS_OF_OTHERS: Final = frozenset({"nonce", "at_hash", "c_hash", "s_hash", "events"})


class TokenRefused(Exception):
    """The token is invalid. The message is for the log and contains nothing from the token."""


def read_claims(payload: bytes) -> dict[str, Any]:
    """Parse the payload of a token whose signature was verified."""
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        raise TokenRefused("the payload is no JSON") from None
    if not isinstance(claims, dict):
        raise TokenRefused("the payload is no JSON object")
    return claims


def check_claims(settings: Settings, claims: dict[str, Any]) -> None:
    """Raise `TokenRefused` unless the token is an access token for this service and valid now."""
    if claims.get("iss") != settings.oidc_issuer:
        raise TokenRefused("iss is not OIDC_ISSUER")
    audiences = _texts(claims.get(settings.oidc_audience_claim))
    if not audiences.intersection(settings.oidc_audience):
        raise TokenRefused("the audience claim does not name OIDC_AUDIENCE")
    _check_times(claims)
    _check_use(claims)


def subject_of(claims: dict[str, Any]) -> str:
    """Return the subject of the token."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.isprintable():
        raise TokenRefused("sub is no text that can be stored")
    if not 0 < len(subject) <= _MAX_SUBJECT_LENGTH:
        raise TokenRefused("sub is empty or too long")
    return subject


def issued_at(claims: dict[str, Any]) -> datetime:
    """Return when the token was issued, to the second."""
    return _time(claims, "iat")


def signed_in_at(claims: dict[str, Any]) -> datetime:
    """Return when the user signed in; without that claim, when the token was issued."""
    return _time(claims, "auth_time" if "auth_time" in claims else "iat")


def _texts(value: object) -> frozenset[str]:
    """Return a string or a list of strings as a set; empty for any other type."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return frozenset()
    return frozenset(items)


def _check_times(claims: dict[str, Any]) -> None:
    at = now().timestamp()
    if _seconds(claims, "exp") <= at - LEEWAY_SECONDS:
        raise TokenRefused("the token has expired")
    if _seconds(claims, "iat") > at + LEEWAY_SECONDS:
        raise TokenRefused("the token was issued in the future")
    if "nbf" in claims and _seconds(claims, "nbf") > at + LEEWAY_SECONDS:
        raise TokenRefused("the token is not valid yet")
    if "auth_time" in claims and _seconds(claims, "auth_time") > at + LEEWAY_SECONDS:
        raise TokenRefused("the user signed in in the future")


def _time(claims: dict[str, Any], name: str) -> datetime:
    return datetime.fromtimestamp(int(_seconds(claims, name)), UTC)


def _seconds(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenRefused(f"{name} is missing, or no number")
    if not 0 <= value <= _MAX_SECONDS:  # So is what is not a number, NaN.
        raise TokenRefused(f"{name} is no time in seconds")
    return value


def _check_use(claims: dict[str, Any]) -> None:
    """Refuse tokens whose claims are not those of an access token.

    Cognito uses `token_use` for this, Keycloak `typ`; older versions of Keycloak put a nonce into
    access tokens too.
    """
    if claims.get("token_use", "access") != "access":
        raise TokenRefused("token_use is not access")
    named = claims.get("typ")
    if named != "Bearer" and ("typ" in claims or _CLAIMS_OF_OTHERS & claims.keys()):
        raise TokenRefused("no access token by its claims")
