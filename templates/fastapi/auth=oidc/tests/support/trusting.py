"""Calls to a service that trusts a provider of the test's own."""

import time
from typing import Any, Final

import httpx2

from app.auth.permissions import Role
from tests.support.auth import ROLE_NAMES
from tests.support.provider import Provider
from tests.support.service import Service

USERS: Final = "/api/v1/users"
ADMIN: Final = {"roles": [ROLE_NAMES[Role.ADMIN]]}
_ME: Final = f"{USERS}/me"


async def call(
    service: Service, token: str, method: str = "GET", path: str = _ME, **options: Any
) -> httpx2.Response:
    """Call a route with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    return await service.client.request(method, path, headers=headers, **options)


async def me(service: Service, token: str) -> dict[str, Any]:
    """Read the account of a token, which is valid."""
    response = await call(service, token)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def aged(provider: Provider, seconds: int, **claims: Any) -> str:
    """Sign a token for subject `a` that was issued so many seconds ago."""
    return provider.token("a", iat=int(time.time()) - seconds, **claims)
