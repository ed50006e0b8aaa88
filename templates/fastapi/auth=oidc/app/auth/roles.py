"""Roles from a claim of the token: only values in `OIDC_ROLE_MAPPING` give one."""

from typing import Any, Final

from app.auth.permissions import Role
from app.settings import Settings

# An account with two mapped roles gets the wider one.
_WIDEST_FIRST: Final = (Role.ADMIN, Role.MODERATOR, Role.USER)


def role_of(settings: Settings, claims: dict[str, Any]) -> Role | None:
    """Return the role that the claims give, or None.

    A token with none of the mapped values gives the role `user`. Where a value is mapped to that
    role too, it gives no role, and None is returned.
    """
    mapping = settings.oidc_role_mapping.values
    given = _values(_claim(claims, settings.oidc_roles_claim))
    for role in _WIDEST_FIRST:
        if given & mapping.get(role, frozenset()):
            return role
    return None if Role.USER in mapping else Role.USER


def _claim(claims: dict[str, Any], name: str) -> object:
    """Find a claim by its name, its path (`realm_access.roles`), or its JSON pointer (RFC 6901).

    A pointer is needed for keys with dots: `/resource_access/api.example/roles`.
    """
    if name in claims:
        return claims[name]
    found: object = claims
    for part in _pointer(name) if name.startswith("/") else name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _pointer(text: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/")]


def _values(claim: object) -> frozenset[str]:
    """Return the strings of the claim, or the enabled keys of an object (Zitadel).

    A string is one value and is never split.
    """
    if isinstance(claim, str):
        return frozenset({claim})
    if isinstance(claim, list):
        return frozenset(value for value in claim if isinstance(value, str))
    if isinstance(claim, dict):
        return frozenset(key for key, value in claim.items() if value not in (None, False))
    return frozenset()
