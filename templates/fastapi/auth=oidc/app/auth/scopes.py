"""Scopes of a token: they narrow what the role of its bearer allows, and never widen it.

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
    """Return the permissions that a token is narrowed to; None if it says nothing about them.

    A scope that names a resource of this service narrows, also one that is not known here: it was
    meant to give less than everything. Claims that both narrow give what both of them name.
    Raises `TokenRefused` for a claim of another shape.
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
