"""The number of waiting jobs in this process."""

from app.resources import Resources
from app.telemetry.jobs import WAITING


async def look_at_queue(resources: Resources) -> None:
    """Report the number of waiting jobs."""
    WAITING.set(resources.jobs.waiting.qsize())
