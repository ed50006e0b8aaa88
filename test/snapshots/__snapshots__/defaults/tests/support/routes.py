"""Every route of the service, with the prefixes and dependencies of its routers."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from app.routing import StrictRoute


class Operation(NamedTuple):
    method: str
    path: str
    # What the framework made of the endpoint, where it is one of ours.
    dependant: Dependant | None = None
    body_field: Any = None


def operations_of(app: FastAPI) -> Iterator[Operation]:
    """Walk over the routes, method by method."""
    # `app.routes` is a tree: a walk over it would miss what is in included routers.
    for context in iter_route_contexts(app.routes):
        endpoint = isinstance(context.route, StrictRoute)
        described = (context.dependant, context.body_field) if endpoint else ()
        for method in (context.methods or {"GET"}) - {"HEAD"}:
            yield Operation(method, str(context.path), *described)
