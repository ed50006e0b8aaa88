"""The private routes, and what they ask of their callers."""

from app.auth.dependencies import Requirement, signed_in
from app.auth.permissions import Permission
from app.route_table import Operation, operations_of
from tests.support.service import Service

Route = tuple[str, str]


def permissions_asked(service: Service) -> dict[Route, set[Permission]]:
    """List the private routes with the permissions that they ask for.

    The last ones may end their caller, who needs no body to call them.
    """
    asked = {}
    for operation in operations_of(service.app):
        calls = _calls(operation)
        permissions = {call.permission for call in calls if isinstance(call, Requirement)}
        if permissions or signed_in in calls:
            asked[operation.method, operation.path] = permissions
    return dict(sorted(asked.items(), key=_may_end_the_caller))


def _calls(operation: Operation) -> list[object]:
    dependencies = operation.dependant.dependencies if operation.dependant else []
    return [dependency.call for dependency in dependencies]


def _may_end_the_caller(entry: tuple[Route, set[Permission]]) -> bool:
    """Tell whether a call without a body does something, to the caller itself."""
    (method, path), _ = entry
    return method != "GET" and "{" not in path
