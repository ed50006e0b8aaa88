"""How test callers authenticate: with a session cookie, as browsers do."""

from typing import Any

import httpx2

from app.resources import Resources
from app.users.model import User
from tests.support.passwords import OTHER_PASSWORD, PASSWORD, give_usual_password

LOGIN_URL = "/api/v1/auth/login"
CSRF_HEADER = "X-CSRF-Token"

# The headers of a credential, and the prefix of the first one's value.
CREDENTIAL_HEADERS = [b"Cookie", CSRF_HEADER.encode()]
CREDENTIAL_START = b"session="

# Public routes of this method.
PUBLIC_ROUTES = {
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/verify-email"),
    ("POST", "/api/v1/auth/forgot-password"),
    ("POST", "/api/v1/auth/reset-password"),
}

# Bodies whose values matter.
BODIES: dict[tuple[str, str], dict[str, str]] = {
    ("POST", "/api/v1/auth/change-password"): {
        "current_password": PASSWORD,
        "new_password": OTHER_PASSWORD,
    },
}


async def attempt_sign_in(
    client: httpx2.AsyncClient, email: str, password: str = PASSWORD
) -> httpx2.Response:
    """Try to sign in, from a browser beside the client's."""
    browser = httpx2.AsyncClient(transport=client._transport, base_url=client.base_url)
    return await browser.post(LOGIN_URL, json={"email": email, "password": password})


async def log_in(
    client: httpx2.AsyncClient, user: User, password: str = PASSWORD
) -> dict[str, Any]:
    """Sign in and keep the session in the client, as a page of the service would."""
    client.headers["Origin"] = str(client.base_url).rstrip("/")
    response = await client.post(LOGIN_URL, json={"email": user.email, "password": password})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    client.headers[CSRF_HEADER] = answer["csrf_token"]
    return answer


async def sign_in(client: httpx2.AsyncClient, resources: Resources, user: User) -> None:
    """Give an account a password, sign in with it, and keep the session in the client."""
    if resources.settings.environment not in {"development", "test"}:
        # For real, a browser keeps the cookie only if it speaks HTTPS.
        client.base_url = client.base_url.copy_with(scheme="https")
    await give_usual_password(resources, user)
    await log_in(client, user)
