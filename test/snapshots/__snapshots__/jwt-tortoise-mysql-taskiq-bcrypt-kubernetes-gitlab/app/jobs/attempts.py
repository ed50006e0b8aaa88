"""Retries of jobs."""

from asyncio import sleep
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from app.jobs.registry import JOBS
from app.resources import Resources

log: FilteringBoundLogger = structlog.get_logger()

ATTEMPTS: Final = 5
FIRST_PAUSE_SECONDS: Final = 1.0


async def run(resources: Resources, name: str, argument: str) -> None:
    """Run a job; retries with growing pauses, and logs an error when all attempts have failed."""
    for attempt in range(1, ATTEMPTS + 1):
        if attempt > 1:
            await sleep(FIRST_PAUSE_SECONDS * 2 ** (attempt - 2))
        if await _succeeds(resources, name, argument, attempt):
            return
    log.error("job.lost", job=name, reason="it failed every time")


async def _succeeds(resources: Resources, name: str, argument: str, attempt: int) -> bool:
    try:
        await JOBS[name](resources, argument)
    except Exception as error:  # noqa: BLE001  (a job must not end its worker)
        log.warning("job.failed", job=name, attempt=attempt, error=type(error).__name__)
        return False
    return True
