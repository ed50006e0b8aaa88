"""Connections to Redis."""

from typing import Any, Final

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

SECONDS: Final = 0.5


def bounds(seconds: float = SECONDS) -> dict[str, Any]:
    """Return the options of a connection pool with a timeout of `seconds` for each step."""
    return {
        "timeout": seconds,
        "socket_connect_timeout": seconds,
        "socket_timeout": seconds,
        # Retry once immediately: a connection that was closed while idle is no outage. Not after a
        # timeout, which would double the wait.
        "retry": Retry(NoBackoff(), retries=1, supported_errors=(RedisConnectionError,)),
    }
