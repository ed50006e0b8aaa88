"""Runs the jobs that wait in this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from app.jobs.retries import run
from app.resources import Resources

log: FilteringBoundLogger = structlog.get_logger()

WORKERS: Final = 4
DRAIN_SECONDS: Final = 5.0


@contextlib.asynccontextmanager
async def run_worker(resources: Resources) -> AsyncIterator[None]:
    """Run jobs while the service runs; at shutdown, finish the rest within `DRAIN_SECONDS`."""
    waiting = resources.jobs.waiting
    tasks = [asyncio.create_task(_work(resources)) for _ in range(WORKERS)]
    try:
        yield
    finally:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(waiting.join(), DRAIN_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        while not waiting.empty():
            name, _ = waiting.get_nowait()
            log.error("job.lost", job=name, reason="the service stopped")


async def _work(resources: Resources) -> None:
    while True:
        name, argument = await resources.jobs.waiting.get()
        try:
            await run(resources, name, argument)
        except asyncio.CancelledError:
            log.error("job.lost", job=name, reason="the service stopped")
            raise
        finally:
            resources.jobs.waiting.task_done()
