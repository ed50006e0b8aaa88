"""Scopes of a token: they limit the role of its user, and never extend it.

Providers write them into `scope` (RFC 9068), `scp` (Entra ID, Okta) or `permissions` (Auth0), as
one text or as a list, and some as URIs whose last part is the scope.
"""

import re
from typing import Any, Final

from app.auth.claims import TokenRefused
from app.auth.permissions import Permission
from app.settings import Settings

_CLAIMS: Final = ("scope", "scp", "permissions")
_SEPARATORS: Final = re.compile(r"[:.]")
_RESOURCES: Final = frozenset(permission.partition(":")[0] for permission in Permission)


def narrowing(settings: Settings, claims: dict[str, Any]) -> frozenset[str] | None:
    """Return the permissions that a token is limited to; None if it is not limited.

    A scope that names a resource of this service limits the token, even if the scope is unknown: it
    was meant to grant less than everything. If several claims limit it, it has the permissions that
    all of them name. Raises `TokenRefused` for a malformed claim.
    """
    given = [_scopes(claims[name]) for name in _CLAIMS if name in claims]
    named = [scopes for scopes in given if any(map(_names_a_resource, scopes))]
    if not named:
        return frozenset() if settings.oidc_require_scopes else None
    return frozenset(Permission).intersection(*named)


def _scopes(claim: object) -> frozenset[str]:
    texts = [claim] if isinstance(claim, str) else claim
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise TokenRefused("a claim with scopes is neither text nor a list of texts")
    scopes = [scope for text in texts for scope in text.split()]
    return frozenset(scope.rstrip("/").rpartition("/")[2] for scope in scopes)


def _names_a_resource(scope: str) -> bool:
    parts = _SEPARATORS.split(scope.lower())
    return len(parts) > 1 and not _RESOURCES.isdisjoint(parts)
