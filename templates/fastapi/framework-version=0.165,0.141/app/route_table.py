"""What the framework knows of its routes, behind three questions."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.types import Scope


class Operation(NamedTuple):
    """A method of a path, and what the framework made of its endpoint, where it is one of ours."""

    method: str
    path: str
    dependant: Dependant | None = None
    body_field: Any = None


def operations_of(app: FastAPI) -> Iterator[Operation]:
    """Walk over the routes with the prefixes and dependencies of their routers."""
    # `app.routes` is a tree: a walk over it would miss what is in included routers.
    for context in iter_route_contexts(app.routes):
        endpoint = isinstance(context.route, APIRoute)
        described = (context.dependant, context.body_field) if endpoint else ()
        for method in (context.methods or {"GET"}) - {"HEAD"}:
            yield Operation(method, str(context.path), *described)


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """List what every route of a path answers to, for `Allow` (RFC 9110, 10.2.1).

    A path that a route has to the letter is no value of another one's parameter.
    """
    exact: set[str] = set()
    by_pattern: set[str] = set()
    for route in iter_route_contexts(app.routes):
        if route.path_regex.match(path):
            # A mount has no methods of its own; files are all that is mounted here.
            found = route.methods or {"GET"}
            by_pattern |= found
            exact |= found if route.path == path else set()
    methods = exact or by_pattern
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def route_template(scope: Scope) -> str | None:
    """Return the template of the route that a request took: `/users/{user_id}` with its prefix."""
    # It is kept with its prefixes here only; scope["route"] has the last part.
    context = scope.get("fastapi", {}).get("effective_route_context")
    return context.path if context is not None else None
