"""The queue of jobs that run after the response, in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

import structlog
from structlog.typing import FilteringBoundLogger

from app.settings import Settings
from app.telemetry.job_parents import carry_trace

log: FilteringBoundLogger = structlog.get_logger()

CAPACITY: Final = 1_000


class Jobs:
    """Holds jobs until the worker takes them. They are lost when the process ends."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[tuple[str, str]] = asyncio.Queue(CAPACITY)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Keep the queue open while the service runs."""
        yield cls()

    @carry_trace
    async def enqueue(self, name: str, argument: str) -> None:
        """Enqueue the job `name` of `app.jobs.registry`. Never waits, so it delays no response."""
        try:
            self.waiting.put_nowait((name, argument))
        except asyncio.QueueFull:
            log.error("job.refused", job=name, reason="the queue is full")
