"""A state for the tests: the memory of each service that they start."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

ENVIRONMENT: Final[dict[str, str]] = {}


@asynccontextmanager
async def empty_state() -> AsyncIterator[dict[str, str]]:
    """Give the settings of a service that begins with an empty state."""
    yield {}
