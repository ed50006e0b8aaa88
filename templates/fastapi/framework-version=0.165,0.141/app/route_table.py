"""The framework's route table, behind three functions."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.types import Scope


class Operation(NamedTuple):
    """A method of a path, and the route of the framework if it is an endpoint of the API."""

    method: str
    path: str
    dependant: Dependant | None = None
    body_field: Any = None


def operations_of(app: FastAPI) -> Iterator[Operation]:
    """Iterate over the routes, with the prefixes and dependencies of their routers."""
    # `app.routes` is a tree: iterating over it would miss the routes of included routers.
    for context in iter_route_contexts(app.routes):
        endpoint = isinstance(context.route, APIRoute)
        described = (context.dependant, context.body_field) if endpoint else ()
        for method in (context.methods or {"GET"}) - {"HEAD"}:
            yield Operation(method, str(context.path), *described)


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """List the methods of all routes of a path, for `Allow` (RFC 9110, 10.2.1).

    A literal path takes precedence over a parameter of another route.
    """
    exact: set[str] = set()
    by_pattern: set[str] = set()
    for route in iter_route_contexts(app.routes):
        if route.path_regex.match(path):
            # A mount has no methods; only static files are mounted.
            found = route.methods or {"GET"}
            by_pattern |= found
            exact |= found if route.path == path else set()
    methods = exact or by_pattern
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def route_template(scope: Scope) -> str | None:
    """Return the template of the route that a request took: `/users/{user_id}` with its prefix."""
    # Only this one includes the prefixes; scope["route"] has the last part.
    context = scope.get("fastapi", {}).get("effective_route_context")
    return context.path if context is not None else None
