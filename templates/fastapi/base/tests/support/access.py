"""Who may call which route on whose data: a table for the routes of a domain, row by row."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.auth.permissions import Role
from app.resources import Resources
from app.users.model import User
from tests.support.factories import make_user
from tests.support.problems import problem_of
from tests.support.service import Service

# Method, path, body, and the status for a user, a moderator and an admin.
Row = tuple[str, str, Any, int, int, int]
# Makes what a path needs for a caller, and returns the path to it.
Fill = Callable[[str, Resources, User], Awaitable[str]]


async def check_role(service: Service, role: Role, table: list[Row], fill: Fill) -> None:
    """Call every route of a table as a new account of a role."""
    expected = {}
    actual = {}
    column = list(Role).index(role)
    async with service.caller(role) as caller:
        for method, path, body, *statuses in table:
            url = await fill(path, service.resources, caller.user)
            response = await caller.client.request(method, url, json=body)
            expected[method, path] = statuses[column]
            actual[method, path] = response.status_code
            if response.status_code >= 400:
                problem_of(response, response.status_code)
    assert actual == expected


async def check_nobody(service: Service, table: list[Row], fill: Fill) -> None:
    """Call every route of a table without a credential."""
    owner = await make_user(service.resources)
    for method, path, body, *_ in table:
        url = await fill(path, service.resources, owner)
        response = await service.client.request(method, url, json=body)
        problem_of(response, 401)
        assert response.headers["www-authenticate"]
