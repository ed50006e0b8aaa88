"""How a caller of the tests signs in: with an API key."""

from datetime import datetime
from typing import Any

import httpx2

from app.api_keys import service
from app.api_keys.model import IssuedApiKey
from app.auth.authenticator import HEADER
from app.auth.permissions import Permission
from app.clock import now
from app.resources import Resources
from app.tokens.use import note_use
from app.users.model import User

# The headers that say who calls, and how the value of the first begins.
CREDENTIAL_HEADERS = [HEADER.encode()]
CREDENTIAL_START = b"csa_" + b"0" * 32 + b"_"

# What nobody has to be signed in for: nothing.
PUBLIC_ROUTES: set[tuple[str, str]] = set()
# Routes whose forms may have fields that nobody declared, and what the refusals of some routes have
# beside the members of a problem.
LENIENT_ROUTES: set[tuple[str, str]] = set()
REFUSALS: dict[tuple[str, str], dict[str, Any]] = {}

# What the narrowest credential may still do: read its account. A key also ends itself, by its id.
OPEN_ROUTES = {("GET", "/api/v1/users/me")}
NARROWS = True

# Bodies that make something, by route.
MADE: dict[str, dict[str, Any]] = {"/api/v1/api-keys": {"name": "n", "scopes": ["account:write"]}}

# Bodies in which it matters what a field holds: there are none.
BODIES: dict[tuple[str, str], dict[str, str]] = {}


async def make_key(
    resources: Resources,
    user: User,
    *scopes: Permission,
    expires_at: datetime | None = None,
) -> IssuedApiKey:
    """Store a key of an account; without scopes, one that its role alone bounds."""
    async with resources.database.transaction() as transaction:
        return await service.issue(
            transaction,
            resources,
            user,
            name="Test key",
            scopes=scopes or Permission,
            expires_at=expires_at,
        )


async def sign_in(
    client: httpx2.AsyncClient, resources: Resources, user: User, *scopes: str
) -> None:
    """Give an account a key, and keep it in the client.

    It is in use already: writing that down is nothing that a test of anything else should see.
    """
    key = await make_key(resources, user, *map(Permission, scopes))
    async with resources.database.transaction() as transaction:
        await note_use(transaction, key.token, key.token.digest, now())
    client.headers[HEADER] = key.key
