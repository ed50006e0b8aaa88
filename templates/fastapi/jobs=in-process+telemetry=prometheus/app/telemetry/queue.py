"""How many jobs wait in this process."""

from app.resources import Resources
from app.telemetry.jobs import WAITING


async def look_at_queue(resources: Resources) -> None:
    """Note how many jobs wait."""
    WAITING.set(resources.jobs.waiting.qsize())
