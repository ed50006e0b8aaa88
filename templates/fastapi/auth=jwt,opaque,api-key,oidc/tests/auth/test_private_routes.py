"""Every role, every scope that a credential can be narrowed to, and every route that there is."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import httpx2
import pytest

from app.auth.permissions import PERMISSIONS, Permission, Role
from tests.support.factories import make_user
from tests.support.private_routes import permissions_asked
from tests.support.service import Service, client_of
from tests.support.sign_in import sign_in

ROLES_AND_SCOPES = [(role, scope) for role in Role for scope in (None, *sorted(PERMISSIONS[role]))]


@asynccontextmanager
async def _client_of_new_account(
    service: Service, role: Role, *scopes: Permission
) -> AsyncIterator[httpx2.AsyncClient]:
    user = await make_user(service.resources, role)
    async with client_of(service.app) as client:
        await sign_in(client, service.resources, user, *scopes)
        yield client


@pytest.mark.parametrize(("role", "scope"), ROLES_AND_SCOPES)
async def test_access_requires_the_permission(
    service: Service, role: Role, scope: Permission | None
) -> None:
    scopes = [scope] if scope else []
    granted = set(scopes) or PERMISSIONS[role]
    asked = permissions_asked(service)
    assert len(asked) >= 9
    let_in = {}
    async with AsyncExitStack() as stack:
        client = None
        for method, path in asked:
            if client is None:
                opening = _client_of_new_account(service, role, *scopes)
                client = await stack.enter_async_context(opening)
            url = re.sub(r"\{\w+\}", str(uuid4()), path)
            response = await client.request(method, url)
            assert response.status_code != 401, (method, path)
            let_in[method, path] = response.status_code != 403
            told = 'error="insufficient_scope"' in response.headers.get("www-authenticate", "")
            within_role = asked[method, path] <= PERMISSIONS[role]
            assert told == (within_role and not let_in[method, path]), (method, path)
            if response.status_code == 204:
                client = None
    assert let_in == {route: permissions <= granted for route, permissions in asked.items()}
