"""Jobs, as the tests wait for them."""

import asyncio

from app.jobs.worker import work
from app.resources import Resources


async def finish_jobs(resources: Resources) -> None:
    """Let a worker work until every job that was handed over has been done."""
    broker = resources.jobs.broker
    await resources.jobs.sent()
    stop = asyncio.Event()
    worker = asyncio.create_task(work(resources, stop))
    async with asyncio.timeout(10):
        while await broker.redis.xlen(broker.queue_name):  # noqa: ASYNC110  (it has no event)
            await asyncio.sleep(0.01)
        stop.set()
        await worker
