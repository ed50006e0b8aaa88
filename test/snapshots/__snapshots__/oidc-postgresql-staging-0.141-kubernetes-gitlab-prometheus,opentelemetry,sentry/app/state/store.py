"""Counters and cached values, in Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from app.settings import Settings
from app.settings.types import Rate
from app.state.circuit import Circuit
from app.state.connection import CONNECTIONS, begin_anew, bounds, in_time
from app.state.counting import MemoryCounters, count, forget, look
from app.state.tallies import Tallies
from app.telemetry.command_spans import trace_commands

_Limit = Callable[[MovingWindowRateLimiter, str, Rate], Awaitable[int]]


class Store:
    """Shared by every process of the service.

    While Redis is unavailable, each process counts for itself and nothing is cached: limits stay in
    force, and no request fails or waits.
    """

    def __init__(self, pool: BlockingConnectionPool, prefix: str) -> None:
        self._redis = Redis(connection_pool=pool)
        self._prefix = prefix
        self._limiter = MovingWindowRateLimiter(
            RedisStorage(
                "async+redis://",
                implementation="redispy",
                key_prefix=f"{prefix}:limits",
                connection_pool=pool,  # type: ignore[arg-type]  # missing from its types
            )
        )
        self._fallback = MovingWindowRateLimiter(MemoryCounters())
        self._tallies = Tallies()
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._circuit = Circuit(self._reconnect)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Keep the store open while the service runs. Redis may start later."""
        url = settings.redis_url.get_secret_value()
        pool = BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS, **bounds(None))
        trace_commands(pool)
        store = cls(pool, settings.redis_key_prefix)
        try:
            yield store
        finally:
            await store.close()
            await pool.aclose()

    async def close(self) -> None:
        """Stop reconnecting."""
        await self._circuit.close()

    async def hit(self, key: str, rate: Rate) -> int:
        """Count a request. Returns 0 if it is within the rate, else the seconds to wait."""
        return await self._limit(count, key, rate)

    async def look(self, key: str, rate: Rate) -> int:
        """Return the result of `hit`, without counting."""
        return await self._limit(look, key, rate)

    async def forget(self, key: str, rate: Rate) -> None:
        """Reset the count."""
        await self._ask(forget, self._limiter, key, rate)
        await forget(self._fallback, key, rate)

    async def add(self, key: str, seconds: int) -> None:
        """Count something until `take`, for a time at most."""
        if await self._ask(self._add, self._tally_key(key), seconds) is None:
            self._tallies.add(key, seconds)

    async def take(self, key: str) -> int:
        """Return how often `add` counted something, and reset the count."""
        shared = await self._ask(self._redis.getdel, self._tally_key(key))
        return int(shared or 0) + self._tallies.take(key)

    async def get(self, key: str) -> bytes | None:
        """Return a cached value; None if it is missing or expired."""
        value: bytes | None = await self._ask(self._redis.get, self._cache_key(key))
        return value

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Cache a value for a time at most."""
        await self._ask(self._redis.set, self._cache_key(key), value, seconds)

    async def delete(self, key: str) -> None:
        """Delete a cached value."""
        await self._ask(self._redis.delete, self._cache_key(key))

    async def ping(self) -> None:
        """Write to Redis; raises `RedisError` if it is unavailable."""
        if await self._ask(self._write) is None:
            raise RedisError

    async def _limit(self, ask: _Limit, key: str, rate: Rate) -> int:
        wait: int | None = await self._ask(ask, self._limiter, key, rate)
        return await ask(self._fallback, key, rate) if wait is None else wait

    async def _ask(self, command: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        """Return what a command returns; None while Redis is unavailable."""
        try:
            # The time begins with a turn: however many wait for a connection, it is no outage.
            async with self._turns, in_time():
                return None if self._circuit.is_open else await command(*arguments)
        except RedisError as error:
            self._circuit.open(error)
            return None

    async def _add(self, key: str, seconds: int) -> list[Any]:
        async with self._redis.pipeline() as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, seconds)
            return list(await pipeline.execute())

    async def _write(self) -> Any:
        # PING would succeed on a full Redis, or on a replica without its primary.
        return await self._redis.set(f"{self._prefix}:ping", b"", ex=1)

    async def _reconnect(self) -> None:
        await begin_anew(self._redis.connection_pool)
        async with in_time():
            await self._write()
        # Nothing could be deleted during the outage: cached values may be out of date.
        cursor, match = None, self._cache_key("*")
        while cursor != 0:
            async with in_time():
                cursor, keys = await self._redis.scan(cursor or 0, match=match, count=1_000)
                if keys:
                    await self._redis.unlink(*keys)

    def _tally_key(self, key: str) -> str:
        return f"{self._prefix}:tallies:{key}"

    def _cache_key(self, key: str) -> str:
        return f"{self._prefix}:cache:{key}"
