"""Access tokens of the identity provider (RFC 9068, RFC 8725)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import jwt
import structlog
from structlog.typing import FilteringBoundLogger

from app.auth.permissions import Permission, Role
from app.auth.provider import ALGORITHMS
from app.auth.roles import role_of
from app.errors import Forbidden
from app.resources import Resources
from app.settings import Settings
from app.users.email import normal_email

log: FilteringBoundLogger = structlog.get_logger()

# How far the provider's clock may be from this one.
LEEWAY_SECONDS: Final = 30
_CLAIMS: Final = ("iss", "sub", "aud", "exp", "iat")
_ACCESS_TOKEN_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
_ANY_TYPES: Final = _ACCESS_TOKEN_TYPES | {"jwt"}
# Where access tokens have the same type as every JWT, these claims tell the others: an ID token has
# one of the first four, a logout token the last (OpenID Connect Core 1.0, 2; Back-Channel, 2.4).
_CLAIMS_OF_OTHERS: Final = frozenset({"nonce", "at_hash", "c_hash", "s_hash", "events"})
_MAX_SUBJECT_LENGTH: Final = 255
_MAX_NAME_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a valid token says of its bearer. `scopes` is None when it does not narrow the role."""

    issuer: str
    subject: str
    issued_at: datetime
    role: Role
    scopes: frozenset[str] | None
    email: str | None
    email_verified: bool
    full_name: str


async def read_access_token(resources: Resources, token: str) -> AccessToken | None:
    """Verify a token; None unless all of it holds.

    Raises `Forbidden` if it gives no role here, and `Unavailable` if its key cannot be fetched.
    """
    try:
        claims = await _verify(resources, token)
        return _to_access_token(resources.settings, claims)
    except (jwt.PyJWTError, ValueError, OverflowError) as error:
        # For who sets up a client: the answer tells nobody what is wrong with a token.
        log.info("oidc.refused", reason=f"{type(error).__name__}: {error}")
        return None


async def _verify(resources: Resources, token: str) -> dict[str, Any]:
    settings = resources.settings
    header = jwt.get_unverified_header(token)
    key_id = header.get("kid")
    # Looked at before the key is: nonsense must not make the service call the provider.
    if header.get("alg") not in ALGORITHMS or not isinstance(key_id, str):
        raise jwt.InvalidAlgorithmError("signed without a key of the provider")
    _check_type(settings, header)
    key = await resources.provider.key(key_id)
    if key is None:
        raise jwt.InvalidKeyError("signed with an unknown key")
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        # The key's own algorithm, never what the token asks for (RFC 8725, 3.1).
        algorithms=[key.algorithm_name],
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        leeway=LEEWAY_SECONDS,
        options={"require": list(_CLAIMS), "enforce_minimum_key_length": True},
    )
    _check_use(claims)
    return claims


def _check_type(settings: Settings, header: dict[str, Any]) -> None:
    """Refuse what is no access token by its header: an ID token must not open the API."""
    given = str(header.get("typ", "JWT")).lower()
    accepted = _ACCESS_TOKEN_TYPES if settings.oidc_require_at_jwt else _ANY_TYPES
    if given not in accepted:
        raise jwt.InvalidTokenError(f"no access token by its typ {given[:40]!r}")


def _check_use(claims: dict[str, Any]) -> None:
    """Refuse what is no access token by its claims.

    Keycloak says so in `typ`, and its earlier versions put a nonce into access tokens too.
    """
    named = claims.get("typ")
    if named != "Bearer" and (named is not None or _CLAIMS_OF_OTHERS & claims.keys()):
        raise jwt.InvalidTokenError("no access token by its claims")


def _to_access_token(settings: Settings, claims: dict[str, Any]) -> AccessToken:
    subject = str(claims["sub"])
    if not 0 < len(subject) <= _MAX_SUBJECT_LENGTH or not subject.isprintable():
        raise jwt.InvalidTokenError("a subject that cannot be stored")
    role = role_of(settings, claims)
    if role is None:
        raise Forbidden("The token gives no role in this service.")
    email = claims.get("email")
    return AccessToken(
        issuer=settings.oidc_issuer,
        subject=subject,
        issued_at=datetime.fromtimestamp(int(claims["iat"]), UTC),
        role=role,
        scopes=_narrowing(claims),
        email=normal_email(email) if isinstance(email, str) else None,
        email_verified=claims.get("email_verified") is True,
        full_name=_full_name(claims),
    )


def _narrowing(claims: dict[str, Any]) -> frozenset[str] | None:
    """Return which permissions the token's scopes name; scopes of other kinds narrow nothing."""
    scopes = frozenset(str(claims.get("scope", "")).split())
    return (scopes & frozenset(Permission)) or None


def _full_name(claims: dict[str, Any]) -> str:
    for claim in ("name", "preferred_username"):
        text = claims.get(claim)
        if isinstance(text, str) and text.isprintable() and text.strip():
            return text.strip()[:_MAX_NAME_LENGTH]
    return "Unnamed"
