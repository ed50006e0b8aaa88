"""Every role, every scope that a credential can be narrowed to, and every route that there is."""

import re
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from app.auth.dependencies import Requirement, signed_in
from app.auth.permissions import PERMISSIONS, Permission, Role
from app.route_table import Operation, operations_of
from tests.support.service import Service
from tests.support.sign_in import NARROWS

Route = tuple[str, str]

ROLES_AND_SCOPES = [
    (role, scope)
    for role in Role
    for scope in (None, *(sorted(PERMISSIONS[role]) if NARROWS else ()))
]


def _calls(operation: Operation) -> list[object]:
    dependencies = operation.dependant.dependencies if operation.dependant else []
    return [dependency.call for dependency in dependencies]


def _asked(service: Service) -> dict[Route, set[Permission]]:
    """List the private routes with the permissions that they ask for."""
    asked = {}
    for operation in operations_of(service.app):
        calls = _calls(operation)
        permissions = {call.permission for call in calls if isinstance(call, Requirement)}
        if permissions or signed_in in calls:
            asked[operation.method, operation.path] = permissions
    return asked


def _may_end_the_caller(route: Route) -> bool:
    """Tell whether a call without a body does something, to the caller itself."""
    method, path = route
    return method != "GET" and "{" not in path


@pytest.mark.parametrize(("role", "scope"), ROLES_AND_SCOPES)
async def test_access_requires_the_permission_in_role_and_scopes(
    service: Service, role: Role, scope: Permission | None
) -> None:
    granted = PERMISSIONS[role] if scope is None else {scope}
    asked = _asked(service)
    assert len(asked) >= 9
    let_in = {}
    async with AsyncExitStack() as stack:
        caller = None
        for method, path in sorted(asked, key=_may_end_the_caller):
            if caller is None:
                opening = service.caller(role, scopes=[scope] if scope else [])
                caller = await stack.enter_async_context(opening)
            url = re.sub(r"\{\w+\}", str(uuid4()), path)
            response = await caller.client.request(method, url)
            assert response.status_code != 401, (method, path)
            let_in[method, path] = response.status_code != 403
            told = 'error="insufficient_scope"' in response.headers.get("www-authenticate", "")
            within_role = asked[method, path] <= PERMISSIONS[role]
            assert told == (within_role and not let_in[method, path]), (method, path)
            if response.status_code == 204:
                caller = None
    assert let_in == {route: permissions <= granted for route, permissions in asked.items()}
