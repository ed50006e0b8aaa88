"""Counters and cached values, in the memory of this process."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

from limits.aio.strategies import MovingWindowRateLimiter

from app.settings import Settings
from app.settings.types import Rate
from app.state.counting import MemoryCounters, count, forget, look
from app.state.tallies import Tallies

CAPACITY: Final = 256


class Store:
    """For a single process: several would each count and cache for themselves."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryCounters())
        self._tallies = Tallies()
        # Least recently used first. Each value with its expiry time.
        self._cached: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Keep the store open while the service runs."""
        yield cls()

    async def hit(self, key: str, rate: Rate) -> int:
        """Count a request. Returns 0 if it is within the rate, else the seconds to wait."""
        return await count(self._limiter, key, rate)

    async def forget(self, key: str, rate: Rate) -> None:
        """Reset the count."""
        await forget(self._limiter, key, rate)

    async def look(self, key: str, rate: Rate) -> int:
        """Return the result of `hit`, without counting."""
        return await look(self._limiter, key, rate)

    async def add(self, key: str, seconds: int) -> None:
        """Count something until `take`, for a time at most."""
        self._tallies.add(key, seconds)

    async def take(self, key: str) -> int:
        """Return how often `add` counted something, and reset the count."""
        return self._tallies.take(key)

    async def get(self, key: str) -> bytes | None:
        """Return a cached value; None if it is missing or expired."""
        expires_at, value = self._cached.get(key, (0.0, b""))
        if expires_at <= time.monotonic():
            self._cached.pop(key, None)
            return None
        self._cached.move_to_end(key)
        return value

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Cache a value for a time at most; the least recently used are evicted."""
        self._cached[key] = (time.monotonic() + seconds, value)
        self._cached.move_to_end(key)
        if len(self._cached) > CAPACITY:
            self._cached.popitem(last=False)

    async def delete(self, key: str) -> None:
        """Delete a cached value."""
        self._cached.pop(key, None)

    async def ping(self) -> None:
        """Succeed: memory is always available."""
