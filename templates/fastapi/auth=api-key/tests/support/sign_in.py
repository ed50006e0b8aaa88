"""How test callers authenticate: with an API key."""

from datetime import datetime

import httpx2

from app.api_keys import service
from app.api_keys.model import IssuedApiKey
from app.auth.authenticator import HEADER
from app.auth.permissions import Permission
from app.clock import now
from app.resources import Resources
from app.tokens.use import note_use
from app.users.model import User

# The headers of a credential, and the prefix of the first one's value.
CREDENTIAL_HEADERS = [HEADER.encode()]
CREDENTIAL_START = b"csa_" + b"0" * 32 + b"_"

# Public routes of this method: none.
PUBLIC_ROUTES: set[tuple[str, str]] = set()

# Bodies whose values matter: none.
BODIES: dict[tuple[str, str], dict[str, str]] = {}


async def make_key(
    resources: Resources,
    user: User,
    *scopes: Permission,
    expires_at: datetime | None = None,
) -> IssuedApiKey:
    """Store a key of an account; without scopes, one that only the role limits."""
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
    """Create a key for an account, and set it in the client.

    It was used already, so that its first use does not add a statement to other tests.
    """
    key = await make_key(resources, user, *map(Permission, scopes))
    async with resources.database.transaction() as transaction:
        await note_use(transaction, key.token, key.token.digest, now())
    client.headers[HEADER] = key.key
