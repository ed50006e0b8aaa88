"""Every route of the service, with the prefixes and dependencies of its routers."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from starlette.routing import Mount, Route

from app.routing import StrictRoute


class Operation(NamedTuple):
    method: str
    path: str
    # What the framework made of the endpoint, where it is one of ours.
    dependant: Dependant | None = None
    body_field: Any = None


def operations_of(app: FastAPI) -> Iterator[Operation]:
    """Walk over the routes, method by method."""
    for route in app.routes:
        assert isinstance(route, Route | Mount)
        methods = getattr(route, "methods", None) or {"GET"}
        described = (route.dependant, route.body_field) if isinstance(route, StrictRoute) else ()
        for method in methods - {"HEAD"}:
            yield Operation(method, route.path, *described)
