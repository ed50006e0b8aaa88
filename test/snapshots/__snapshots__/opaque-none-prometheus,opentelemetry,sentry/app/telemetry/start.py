"""Starts the telemetry of this process, and stops it last."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from app.resources import Resources
from app.telemetry.crashes import report_crashes
from app.telemetry.listener import serve_metrics
from app.telemetry.pool import watch_pool
from app.telemetry.span_export import export_spans


@asynccontextmanager
async def run_telemetry(resources: Resources) -> AsyncIterator[None]:
    """Report while the process runs, as configured."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serve_metrics(resources))
        await stack.enter_async_context(export_spans(resources))
        await stack.enter_async_context(report_crashes(resources))
        await stack.enter_async_context(watch_pool(resources))
        yield
