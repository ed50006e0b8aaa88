"""Bodies that are to delay nobody."""

from collections.abc import Iterator
from typing import Any

from app.route_table import Operation
from app.security.bodies import JSON
from tests.support.hostile_json import BODIES


def hostile_bodies(operation: Operation) -> Iterator[dict[str, Any]]:
    """Make the options of requests to a route: none if it takes no body."""
    if operation.body_field is not None:
        for content in BODIES.values():
            yield {"content": content, "headers": {"Content-Type": JSON}}
