"""Retries of jobs, as long as the process lives."""

from asyncio import sleep
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from app.jobs.attempts import attempt
from app.resources import Resources

log: FilteringBoundLogger = structlog.get_logger()

ATTEMPTS: Final = 5
FIRST_PAUSE_SECONDS: Final = 1.0


async def run(resources: Resources, name: str, argument: str) -> None:
    """Run a job; retries with growing pauses, and logs an error when all attempts have failed."""
    for number in range(1, ATTEMPTS + 1):
        if number > 1:
            await sleep(FIRST_PAUSE_SECONDS * 2 ** (number - 2))
        if await attempt(resources, name, argument, number):
            return
    log.error("job.lost", job=name, reason="it failed every time")
