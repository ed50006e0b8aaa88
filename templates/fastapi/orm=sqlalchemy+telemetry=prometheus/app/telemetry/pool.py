"""The number of database connections in use."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Pool, event

from app.resources import Resources
from app.telemetry.metrics import CONNECTIONS


@asynccontextmanager
async def watch_pool(_resources: Resources) -> AsyncIterator[None]:
    """Count the connections in use while the process runs."""

    # Local functions, so that removing them does not remove those of another run.
    def on_taken(*_: object) -> None:
        CONNECTIONS.inc()

    def on_given_back(*_: object) -> None:
        CONNECTIONS.dec()

    CONNECTIONS.set(0)
    listeners = {"checkout": on_taken, "checkin": on_given_back}
    for name, listener in listeners.items():
        event.listen(Pool, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners.items():
            event.remove(Pool, name, listener)
