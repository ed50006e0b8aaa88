"""A circuit breaker: during an outage of Redis, no request waits for a timeout."""

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from redis.exceptions import RedisError
from structlog.typing import FilteringBoundLogger

log: FilteringBoundLogger = structlog.get_logger()

PROBE_SECONDS: Final = 1.0


class Circuit:
    """Open while Redis is unavailable; `reconnect` is retried until it succeeds."""

    def __init__(self, reconnect: Callable[[], Awaitable[None]]) -> None:
        self._reconnect = reconnect
        self._waiting: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        return self._waiting is not None

    def open(self, error: Exception) -> None:
        """Report that Redis is unavailable; logged once per outage."""
        if self._waiting is not None:
            return
        log.error("state.lost", error=type(error).__name__)
        # Without the context of the current request, which the task would otherwise log forever.
        context = contextvars.Context()
        self._waiting = asyncio.create_task(self._wait(time.monotonic()), context=context)

    async def _wait(self, lost_at: float) -> None:
        while True:
            await asyncio.sleep(PROBE_SECONDS)
            try:
                await self._reconnect()
            except RedisError:
                continue
            self._waiting = None
            log.warning("state.recovered", seconds=round(time.monotonic() - lost_at, 1))
            return

    async def close(self) -> None:
        """Stop trying."""
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.gather(self._waiting, return_exceptions=True)
