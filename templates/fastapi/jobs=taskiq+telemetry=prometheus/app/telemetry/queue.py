"""The number of waiting jobs in Redis."""

import math

from redis.exceptions import RedisError

from app.resources import Resources
from app.state.connection import in_time
from app.telemetry.jobs import WAITING


async def look_at_queue(resources: Resources) -> None:
    """Report the number of waiting jobs; NaN while Redis is unavailable."""
    try:
        async with in_time():
            WAITING.set(await resources.jobs.broker.unfinished())
    except RedisError:
        WAITING.set(math.nan)
