"""Counters and short-lived facts, in the memory of this process."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from app.settings import Settings
from app.settings.types import Rate
from app.state.counting import count, forget, look

CAPACITY: Final = 256


class Store:
    """Serves one process; beside another one, each counts and caches for itself."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        # Least recently used first. Each value with the time at which it expires.
        self._cached: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Open the store for as long as the service runs."""
        yield cls()

    async def hit(self, key: str, rate: Rate) -> int:
        """Count a request. Returns 0 if it is within the rate, else the seconds to wait."""
        return await count(self._limiter, key, rate)

    async def forget(self, key: str, rate: Rate) -> None:
        """Forget the requests that were counted."""
        await forget(self._limiter, key, rate)

    async def look(self, key: str, rate: Rate) -> int:
        """Return the result of `hit`, without counting."""
        return await look(self._limiter, key, rate)

    async def get(self, key: str) -> bytes | None:
        """Return what is cached; None if there is nothing, or nothing any more."""
        expires_at, value = self._cached.get(key, (0.0, b""))
        if expires_at <= time.monotonic():
            self._cached.pop(key, None)
            return None
        self._cached.move_to_end(key)
        return value

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Cache a value for so long at most: the least used make room for new ones."""
        self._cached[key] = (time.monotonic() + seconds, value)
        self._cached.move_to_end(key)
        if len(self._cached) > CAPACITY:
            self._cached.popitem(last=False)

    async def delete(self, key: str) -> None:
        """Forget what is cached."""
        self._cached.pop(key, None)

    async def ping(self) -> None:
        """Succeed: memory is always within reach."""
