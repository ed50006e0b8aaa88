"""Counters in the memory of a process."""

import asyncio

from limits.aio.strategies import MovingWindowRateLimiter

from app.settings.types import Rate
from app.state.counting import MemoryCounters, count, forget

RATE = Rate(requests=3, seconds=60)


async def test_counters_can_be_reset_while_expired_ones_are_removed() -> None:
    counters = MemoryCounters()
    limiter = MovingWindowRateLimiter(counters)
    keys = [str(number) for number in range(20)]
    for key in keys:
        await count(limiter, key, RATE)
    # The removal begins, with these keys.
    await asyncio.sleep(0)
    for key in keys:
        await forget(limiter, key, RATE)
    assert counters.timer is not None
    await counters.timer
    assert not counters.events
