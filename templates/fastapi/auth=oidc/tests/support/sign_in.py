"""How test callers authenticate: with an access token of the provider."""

from typing import Any

import httpx2

from app.auth.identities import IdentityRepository
from app.auth.permissions import Role
from app.clock import now
from app.resources import Resources
from app.users.model import User
from tests.support.auth import PROVIDER, ROLE_NAMES

# The headers of a credential, and the prefix of the first one's value.
CREDENTIAL_HEADERS = [b"Authorization"]
CREDENTIAL_START = b"Bearer "

PUBLIC_ROUTES: set[tuple[str, str]] = set()

# Bodies whose values matter: none.
BODIES: dict[tuple[str, str], dict[str, str]] = {}


def bearing(client: httpx2.AsyncClient, token: str) -> None:
    """Keep a token in the client."""
    client.headers["Authorization"] = f"Bearer {token}"


def token_of(subject: str, role: Role, **claims: Any) -> str:
    """Have the provider sign a token for a subject that it has given a role."""
    roles = [name for known, name in ROLE_NAMES.items() if known is role]
    return PROVIDER.token(subject, roles=roles, **claims)


async def sign_in(
    client: httpx2.AsyncClient, resources: Resources, user: User, *scopes: str
) -> None:
    """Let an account be that of a subject, and keep a token of the subject in the client."""
    subject, at = str(user.id), now().replace(microsecond=0)
    async with resources.database.transaction() as transaction:
        identities = IdentityRepository(transaction)
        identity = await identities.claim(resources.settings.oidc_issuer, subject)
        if identity is not None:
            await identities.attach(identity.id, user.id, at)
    scope = " ".join(scopes) or None
    bearing(client, token_of(subject, user.role, iat=int(at.timestamp()), scope=scope))
