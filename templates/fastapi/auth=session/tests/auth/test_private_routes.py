"""Every role, and every route that there is."""

import re
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from app.auth.permissions import PERMISSIONS, Role
from tests.support.private_routes import permissions_asked
from tests.support.service import Service


@pytest.mark.parametrize("role", Role)
async def test_access_requires_the_permission(service: Service, role: Role) -> None:
    asked = permissions_asked(service)
    assert len(asked) >= 9
    let_in = {}
    async with AsyncExitStack() as stack:
        caller = None
        for method, path in asked:
            if caller is None:
                caller = await stack.enter_async_context(service.caller(role))
            url = re.sub(r"\{\w+\}", str(uuid4()), path)
            response = await caller.client.request(method, url)
            assert response.status_code != 401, (method, path)
            let_in[method, path] = response.status_code != 403
            if response.status_code == 204:
                caller = None
    assert let_in == {
        route: permissions <= PERMISSIONS[role] for route, permissions in asked.items()
    }
