"""The number of waiting jobs in Redis."""

import math

from redis.exceptions import RedisError

from app.resources import Resources
from app.telemetry.jobs import WAITING


async def look_at_queue(resources: Resources) -> None:
    """Report the number of waiting jobs; NaN while Redis is unavailable."""
    broker = resources.jobs.broker
    try:
        WAITING.set(await broker.redis.xlen(broker.queue_name))
    except RedisError:
        WAITING.set(math.nan)
