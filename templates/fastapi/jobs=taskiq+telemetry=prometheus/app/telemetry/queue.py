"""How many jobs wait in Redis."""

import math

from redis.exceptions import RedisError

from app.resources import Resources
from app.telemetry.jobs import WAITING


async def look_at_queue(resources: Resources) -> None:
    """Note how many jobs wait; not a number while Redis is away."""
    broker = resources.jobs.broker
    try:
        WAITING.set(await broker.redis.xlen(broker.queue_name))
    except RedisError:
        WAITING.set(math.nan)
