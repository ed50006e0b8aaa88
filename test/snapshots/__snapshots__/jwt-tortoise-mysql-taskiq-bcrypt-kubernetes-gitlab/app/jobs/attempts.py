"""Attempts at jobs."""

import asyncio
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from app.jobs.registry import JOBS
from app.resources import Resources

log: FilteringBoundLogger = structlog.get_logger()

# Longer than a mail server may take: a database that says nothing must not hold a worker for ever.
ATTEMPT_SECONDS: Final = 600.0


async def attempt(resources: Resources, name: str, argument: str, number: int) -> bool:
    """Attempt a job for the `number`th time; return whether it succeeded."""
    try:
        async with asyncio.timeout(ATTEMPT_SECONDS):
            await JOBS[name](resources, argument)
    except Exception as error:  # noqa: BLE001  (a job must not end its worker)
        # The message may tell the argument.
        log.warning("job.failed", job=name, attempt=number, error=type(error).__name__)
        return False
    return True
