"""Connections to Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

CONNECTIONS: Final = 20
_SECONDS: Final = 0.5
_TICKS: Final = 50


def bounds(seconds: float | None) -> dict[str, Any]:
    """Return the options of a connection pool with a timeout of `seconds` for each step."""
    return {
        # A pool that is busy is no outage.
        "timeout": None,
        "socket_connect_timeout": seconds,
        "socket_timeout": seconds,
        # Retry once immediately: a connection that was closed while idle is no outage. Not after a
        # timeout, which would double the wait.
        "retry": Retry(NoBackoff(), retries=1, supported_errors=(RedisConnectionError,)),
    }


async def begin_anew(pool: ConnectionPool) -> None:
    """Close the connections that nobody uses: they may lead to a primary that is a replica now."""
    async with in_time():
        await pool.disconnect(inuse_connections=False)


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """Raise the `TimeoutError` of Redis if it does not answer.

    The time passes in ticks of the event loop: a burst of requests that keeps the loop from reading
    an answer is no outage.
    """
    loop = asyncio.get_running_loop()
    limit = asyncio.timeout(None)
    timer: asyncio.TimerHandle

    def tick(left: int) -> None:
        nonlocal timer
        if left:
            timer = loop.call_later(_SECONDS / _TICKS, tick, left - 1)
        else:
            limit.reschedule(loop.time())

    tick(_TICKS)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        raise RedisTimeoutError from error
    finally:
        timer.cancel()
