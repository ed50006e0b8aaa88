"""The framework's route table, behind three functions."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route
from starlette.types import Scope


class Operation(NamedTuple):
    """A method of a path, and the route of the framework if it is an endpoint of the API."""

    method: str
    path: str
    dependant: Dependant | None = None
    body_field: Any = None


def operations_of(app: FastAPI) -> Iterator[Operation]:
    """Iterate over the routes, with the prefixes and dependencies of their routers."""
    for route in app.routes:
        if isinstance(route, Route | Mount):
            described = (route.dependant, route.body_field) if isinstance(route, APIRoute) else ()
            for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}:
                yield Operation(method, route.path, *described)


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """List the methods of all routes of a path, for `Allow` (RFC 9110, 10.2.1).

    A literal path takes precedence over a parameter of another route.
    """
    exact: set[str] = set()
    by_pattern: set[str] = set()
    for route in app.routes:
        if isinstance(route, Route | Mount) and route.path_regex.match(path):
            # A mount has no methods; only static files are mounted.
            found = getattr(route, "methods", None) or {"GET"}
            by_pattern |= found
            exact |= found if route.path == path else set()
    methods = exact or by_pattern
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def route_template(scope: Scope) -> str | None:
    """Return the template of the route that a request took: `/users/{user_id}` with its prefix."""
    route = scope.get("route")
    return route.path if isinstance(route, APIRoute) else None
