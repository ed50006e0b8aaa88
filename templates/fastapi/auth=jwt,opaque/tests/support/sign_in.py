"""How test callers authenticate: with a bearer token."""

from typing import Any

import httpx2

from app.resources import Resources
from app.users.model import User
from tests.support.passwords import OTHER_PASSWORD, PASSWORD, give_usual_password

TOKEN_URL = "/api/v1/auth/token"
REFRESH_URL = "/api/v1/auth/refresh"
REVOKE_URL = "/api/v1/auth/revoke"
ME_URL = "/api/v1/users/me"

# The headers of a credential, and the prefix of the first one's value.
CREDENTIAL_HEADERS = [b"Authorization"]
CREDENTIAL_START = b"Bearer "

# Public routes of this method.
PUBLIC_ROUTES = {
    ("POST", "/api/v1/auth/token"),
    ("POST", "/api/v1/auth/refresh"),
    ("POST", "/api/v1/auth/revoke"),
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/verify-email"),
    ("POST", "/api/v1/auth/forgot-password"),
    ("POST", "/api/v1/auth/reset-password"),
}
# Routes whose forms may have unknown fields, and extension members of the problems of some routes.
LENIENT_ROUTES = {("POST", TOKEN_URL), ("POST", REVOKE_URL)}
REFUSALS: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", url): {"media_type": "application/json", "members": {"error", "error_description"}}
    for url in (TOKEN_URL, REVOKE_URL, REFRESH_URL)
}

# Bodies whose values matter.
BODIES: dict[tuple[str, str], dict[str, str]] = {
    ("POST", "/api/v1/auth/change-password"): {
        "current_password": PASSWORD,
        "new_password": OTHER_PASSWORD,
    },
}


async def attempt_sign_in(
    client: httpx2.AsyncClient, email: str, password: str = PASSWORD, **form: str
) -> httpx2.Response:
    """Try to sign in."""
    data = {"grant_type": "password", "username": email, "password": password, **form}
    return await client.post(TOKEN_URL, data=data)


async def tokens_of(client: httpx2.AsyncClient, user: User, **form: str) -> dict[str, Any]:
    """Sign in; returns the answer with its tokens."""
    response = await attempt_sign_in(client, user.email, **form)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def sign_in(
    client: httpx2.AsyncClient, resources: Resources, user: User, *scopes: str
) -> None:
    """Give an account a password, sign in with it, and keep the credential in the client."""
    await give_usual_password(resources, user)
    tokens = await tokens_of(client, user, scope=" ".join(scopes))
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"


async def refreshed(client: httpx2.AsyncClient, refresh_token: str) -> httpx2.Response:
    """Exchange a refresh token."""
    return await client.post(REFRESH_URL, json={"refresh_token": refresh_token})


async def status_with(client: httpx2.AsyncClient, access_token: str) -> int:
    """Call a private route with an access token; returns the status."""
    headers = {"Authorization": f"Bearer {access_token}"}
    return (await client.get(ME_URL, headers=headers)).status_code
