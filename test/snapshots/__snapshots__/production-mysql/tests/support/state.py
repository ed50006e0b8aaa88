"""A state for the tests: keys of their own in the Redis of `TEST_REDIS_URL`, deleted again."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from redis.asyncio import Redis

REDIS_URL: Final = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
ENVIRONMENT: Final = {
    "REDIS_URL": REDIS_URL,
    "REDIS_KEY_PREFIX": f"test-{secrets.token_hex(6)}",
}


@asynccontextmanager
async def empty_state() -> AsyncIterator[dict[str, str]]:
    """Give the settings of a service that begins with an empty state."""
    prefix = f"{ENVIRONMENT['REDIS_KEY_PREFIX']}-{secrets.token_hex(6)}"
    try:
        yield {"redis_key_prefix": prefix}
    finally:
        async with Redis.from_url(REDIS_URL) as redis:
            async for key in redis.scan_iter(match=f"{prefix}:*", count=1_000):
                await redis.delete(key)
