"""Access tokens of the identity provider (RFC 9068, RFC 8725)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import jwt
import structlog
from structlog.typing import FilteringBoundLogger

from app.auth.claims import (
    TokenRefused,
    check_claims,
    issued_at,
    read_claims,
    signed_in_at,
    subject_of,
)
from app.auth.permissions import Role
from app.auth.roles import role_of
from app.auth.scopes import narrowing
from app.auth.signing_keys import ALGORITHMS
from app.resources import Resources
from app.settings import Settings
from app.users.email import has_ascii_local_part, normal_email

log: FilteringBoundLogger = structlog.get_logger()

# Tokens with the groups of a large organisation have 8 KiB; more is not even decoded.
MAX_TOKEN_LENGTH: Final = 16 * 1024
_ACCESS_TOKEN_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
_ANY_TYPES: Final = _ACCESS_TOKEN_TYPES | {"jwt"}
_MAX_NAME_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class AccessToken:
    """The claims of a valid token.

    `role` is None if the token gives no role here, `scopes` if they do not limit the role.
    """

    issuer: str
    subject: str
    issued_at: datetime
    signed_in_at: datetime
    role: Role | None
    scopes: frozenset[str] | None
    email: str | None
    email_verified: bool
    full_name: str


async def read_access_token(resources: Resources, token: str) -> AccessToken | None:
    """Verify a token; None unless everything is valid.

    Raises `Unavailable` if the key cannot be fetched.
    """
    try:
        claims = await _verify(resources, token)
        return _to_access_token(resources.settings, claims)
    except TokenRefused as refusal:
        reason = str(refusal)
    except (jwt.PyJWTError, ValueError) as error:
        # The message of a library may quote the token, at any length.
        reason = type(error).__name__
    # For operators: the response does not say what is wrong with a token.
    log.info("oidc.refused", reason=reason)
    return None


async def _verify(resources: Resources, token: str) -> dict[str, Any]:
    settings = resources.settings
    if len(token) > MAX_TOKEN_LENGTH:
        raise TokenRefused("the token is too long")
    header = jwt.get_unverified_header(token)
    algorithm = header.get("alg")
    # Checked before the key: a malformed token must not make the service call the provider.
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise TokenRefused("alg is no asymmetric algorithm that is known here")
    _check_type(settings, header)
    key = await resources.provider.key(header.get("kid"), algorithm)
    if key is None:
        raise TokenRefused("the provider has no such key for this algorithm")
    claims = read_claims(key.verify(token, algorithm))
    check_claims(settings, claims)
    return claims


def _check_type(settings: Settings, header: dict[str, Any]) -> None:
    """Refuse tokens whose header is not that of an access token, such as ID tokens."""
    given = header.get("typ", "JWT")
    accepted = _ACCESS_TOKEN_TYPES if settings.oidc_require_at_jwt else _ANY_TYPES
    if not isinstance(given, str) or given.lower() not in accepted:
        raise TokenRefused("no access token by its typ; see OIDC_REQUIRE_AT_JWT")


def _to_access_token(settings: Settings, claims: dict[str, Any]) -> AccessToken:
    email, verified = claims.get("email"), claims.get("email_verified")
    return AccessToken(
        issuer=settings.oidc_issuer,
        subject=subject_of(claims),
        issued_at=issued_at(claims),
        signed_in_at=signed_in_at(claims),
        role=role_of(settings, claims),
        scopes=narrowing(settings, claims),
        email=_email(email),
        # Cognito writes the word.
        email_verified=verified is True or verified == "true",
        full_name=_full_name(claims),
    )


def _email(claim: object) -> str | None:
    return normal_email(claim) if isinstance(claim, str) and has_ascii_local_part(claim) else None


def _full_name(claims: dict[str, Any]) -> str:
    for claim in ("name", "preferred_username"):
        text = claims.get(claim)
        if isinstance(text, str) and text.isprintable() and text.strip():
            return text.strip()[:_MAX_NAME_LENGTH]
    return "Unnamed"
