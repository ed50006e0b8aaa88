"""Remembers that Redis is away, so that no request waits to find it out again."""

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
    """Open while Redis is away; `reconnect` is tried in the background until it succeeds."""

    def __init__(self, reconnect: Callable[[], Awaitable[None]]) -> None:
        self._reconnect = reconnect
        self._waiting: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        return self._waiting is not None

    def open(self, error: Exception) -> None:
        """Report that Redis is lost; once an outage, however many requests find it out."""
        if self._waiting is not None:
            return
        log.error("state.lost", error=type(error).__name__)
        # Without the context of the request that met the outage: the log would name it forever.
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
