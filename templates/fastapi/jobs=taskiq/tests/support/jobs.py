"""Jobs, as the tests wait for them."""

import asyncio

import pytest

from app.jobs import broker, worker
from app.resources import Resources


async def finish_jobs(resources: Resources) -> None:
    """Let a worker work until every job that was handed over has been done."""
    await resources.jobs.sent()
    stop = asyncio.Event()
    working = asyncio.create_task(worker.work(resources, stop))
    async with asyncio.timeout(10):
        while await resources.jobs.broker.unfinished():  # noqa: ASYNC110  (it has no event)
            await asyncio.sleep(0.01)
        stop.set()
        await working


def retry_at_once(patch: pytest.MonkeyPatch) -> None:
    """Try jobs that fail again without a pause."""
    patch.setattr(worker, "FIRST_PAUSE_SECONDS", 0)
    # A worker looks for them whenever it has waited for a new one.
    patch.setattr(broker, "_WAIT_SECONDS", 0.01)
