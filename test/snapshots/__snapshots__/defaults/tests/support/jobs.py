"""Jobs, as the tests wait for them."""

import asyncio

from app.resources import Resources


async def finish_jobs(resources: Resources) -> None:
    """Wait until every job that was handed over has been done."""
    await asyncio.wait_for(resources.jobs.waiting.join(), 10)
