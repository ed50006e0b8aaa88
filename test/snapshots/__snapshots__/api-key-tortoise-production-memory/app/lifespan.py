"""Start-up and shutdown of the application."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from app.health.readiness import Readiness
from app.resources import open_resources
from app.settings import Settings


@asynccontextmanager
async def run(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    """Keep the resources open while the service runs."""
    async with AsyncExitStack() as stack:
        resources = await stack.enter_async_context(open_resources(settings))
        app.state.resources = resources
        app.state.readiness = Readiness(resources)
        yield
