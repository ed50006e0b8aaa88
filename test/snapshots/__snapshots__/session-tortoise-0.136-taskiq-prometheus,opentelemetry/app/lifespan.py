"""Start-up and shutdown of the application."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from app.health.readiness import Readiness
from app.resources import open_resources
from app.settings import Settings
from app.telemetry.start import run_telemetry


@asynccontextmanager
async def run(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    """Keep the resources open while the service runs."""
    async with AsyncExitStack() as stack:
        resources = await stack.enter_async_context(open_resources(settings))
        await stack.enter_async_context(run_telemetry(resources))
        app.state.resources = resources
        app.state.readiness = Readiness(resources)
        yield
