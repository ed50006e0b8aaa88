"""What each private route asks of its caller, written down independently of the routes.

The other tests call a route with a credential that may do whatever the route asks for. Only this
table notices that it asks for the wrong permission.
"""

from collections.abc import Iterator
from typing import Final

from fastapi.dependencies.models import Dependant

from app.auth.dependencies import Requirement, current_principal, signed_in
from app.route_table import operations_of
from tests.support.service import Service

ROUTES: Final = {
    ("GET", "/api/v1/users/me"): "signed_in",
    ("PATCH", "/api/v1/users/me"): "account:write",
    ("DELETE", "/api/v1/users/me"): "account:write",
    ("GET", "/api/v1/users"): "users:read",
    ("GET", "/api/v1/users/export"): "users:export",
    ("GET", "/api/v1/users/{user_id}"): "users:read",
    ("PATCH", "/api/v1/users/{user_id}"): "users:write",
    ("DELETE", "/api/v1/users/{user_id}"): "users:delete",
    ("DELETE", "/api/v1/users/{user_id}/sessions"): "users:write",
    ("GET", "/api/v1/notes"): "notes:read",
    ("POST", "/api/v1/notes"): "notes:write",
    ("GET", "/api/v1/notes/{note_id}"): "notes:read",
    ("PATCH", "/api/v1/notes/{note_id}"): "notes:write",
    ("DELETE", "/api/v1/notes/{note_id}"): "notes:write",
}


def _calls(dependant: Dependant) -> Iterator[object]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)


def _asked(calls: list[object]) -> str:
    asked = ["signed_in"] if signed_in in calls else []
    for call in calls:
        if isinstance(call, Requirement):
            exception = f" unless {call.unless.__name__}" if call.unless else ""
            asked.append(call.permission + exception)
    return " and ".join(asked)


async def test_every_private_route_asks_for_what_the_table_says(service: Service) -> None:
    asked = {}
    for operation in operations_of(service.app):
        calls = list(_calls(operation.dependant)) if operation.dependant else []
        if current_principal in calls:
            asked[operation.method, operation.path] = _asked(calls)
    for route in asked:
        assert route in ROUTES, f"Add {route} to ROUTES, with the permission that it must require."
    assert asked == {route: ROUTES[route] for route in asked}
