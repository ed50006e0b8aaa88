"""The dependencies that must be available for the service to be ready."""

from collections.abc import Awaitable, Callable
from typing import Final

from app.resources import Resources

CHECKS: Final[dict[str, Callable[[Resources], Awaitable[None]]]] = {
    "database": lambda resources: resources.database.ping(),
    "state": lambda resources: resources.store.ping(),
}
