"""Counts requests in a moving window, for any storage."""

import math
import time

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from app.settings.types import Rate


class MemoryCounters(MemoryStorage):
    """Counters in the memory of this process."""

    async def clear(self, key: str) -> None:
        """Reset a counter, which stays: removing expired ones fails on a missing one."""
        if key in self.events:
            self.events[key] = []


async def count(limiter: MovingWindowRateLimiter, key: str, rate: Rate) -> int:
    """Count a request. Returns 0 if it is within the rate, else the seconds to wait."""
    window = RateLimitItemPerSecond(rate.requests, rate.seconds)
    return 0 if await limiter.hit(window, key) else await _wait(limiter, key, window)


async def look(limiter: MovingWindowRateLimiter, key: str, rate: Rate) -> int:
    """Return the result of `count`, without counting."""
    window = RateLimitItemPerSecond(rate.requests, rate.seconds)
    return 0 if await limiter.test(window, key) else await _wait(limiter, key, window)


async def _wait(limiter: MovingWindowRateLimiter, key: str, window: RateLimitItemPerSecond) -> int:
    reset_at = (await limiter.get_window_stats(window, key)).reset_time
    return max(1, math.ceil(reset_at - time.time()))


async def forget(limiter: MovingWindowRateLimiter, key: str, rate: Rate) -> None:
    """Reset the count of a key."""
    await limiter.clear(RateLimitItemPerSecond(rate.requests, rate.seconds), key)
