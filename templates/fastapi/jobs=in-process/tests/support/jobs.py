"""Jobs, as the tests wait for them."""

import asyncio

import pytest

from app.jobs import retries
from app.resources import Resources


async def finish_jobs(resources: Resources) -> None:
    """Wait until every job that was handed over has been done."""
    await asyncio.wait_for(resources.jobs.waiting.join(), 10)


def retry_at_once(patch: pytest.MonkeyPatch) -> None:
    """Try jobs that fail again without a pause."""
    patch.setattr(retries, "FIRST_PAUSE_SECONDS", 0)
