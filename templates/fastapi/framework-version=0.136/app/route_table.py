"""What the framework knows of its routes, behind three questions."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route
from starlette.types import Scope


class Operation(NamedTuple):
    """A method of a path, and what the framework made of its endpoint, where it is one of ours."""

    method: str
    path: str
    dependant: Dependant | None = None
    body_field: Any = None


def operations_of(app: FastAPI) -> Iterator[Operation]:
    """Walk over the routes with the prefixes and dependencies of their routers."""
    for route in app.routes:
        if isinstance(route, Route | Mount):
            described = (route.dependant, route.body_field) if isinstance(route, APIRoute) else ()
            for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}:
                yield Operation(method, route.path, *described)


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """List what every route of a path answers to, for `Allow` (RFC 9110, 10.2.1).

    A path that a route has to the letter is no value of another one's parameter.
    """
    exact: set[str] = set()
    by_pattern: set[str] = set()
    for route in app.routes:
        if isinstance(route, Route | Mount) and route.path_regex.match(path):
            # A mount has no methods of its own; files are all that is mounted here.
            found = getattr(route, "methods", None) or {"GET"}
            by_pattern |= found
            exact |= found if route.path == path else set()
    methods = exact or by_pattern
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def route_template(scope: Scope) -> str | None:
    """Return the template of the route that a request took: `/users/{user_id}` with its prefix."""
    route = scope.get("route")
    return route.path if isinstance(route, APIRoute) else None
