"""How Redis is reached."""

from typing import Any, Final

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

SECONDS: Final = 0.5


def bounds(seconds: float = SECONDS) -> dict[str, Any]:
    """Return options of a connection pool in which no step takes longer than `seconds`."""
    return {
        "timeout": seconds,
        "socket_connect_timeout": seconds,
        "socket_timeout": seconds,
        # Once more at once: a connection that was closed while idle is no outage. Not after a
        # timeout, which would only double the wait.
        "retry": Retry(NoBackoff(), retries=1, supported_errors=(RedisConnectionError,)),
    }
