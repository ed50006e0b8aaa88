"""Counters and cached values, in Redis."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Self

from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from app.settings import Settings
from app.settings.types import Rate
from app.state.circuit import Circuit
from app.state.connection import bounds
from app.state.counting import MemoryCounters, count, forget, look
from app.telemetry.command_spans import trace_commands

_CONNECTIONS: Final = 20
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
                wrap_exceptions=True,
                implementation="redispy",
                key_prefix=f"{prefix}:limits",
                connection_pool=pool,  # type: ignore[arg-type]  # missing from its types
            )
        )
        self._fallback = MovingWindowRateLimiter(MemoryCounters())
        self._circuit = Circuit(self._reconnect)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Keep the store open while the service runs. Redis may start later."""
        url = settings.redis_url.get_secret_value()
        pool = BlockingConnectionPool.from_url(url, max_connections=_CONNECTIONS, **bounds())
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
        if not self._circuit.is_open:
            try:
                await forget(self._limiter, key, rate)
            except StorageError as error:
                self._circuit.open(error.storage_error)
        await forget(self._fallback, key, rate)

    async def get(self, key: str) -> bytes | None:
        """Return a cached value; None if it is missing or expired."""
        value: bytes | None = await self._ask(self._redis.get, key)
        return value

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Cache a value for a time at most."""
        await self._ask(self._redis.set, key, value, ex=seconds)

    async def delete(self, key: str) -> None:
        """Delete a cached value."""
        await self._ask(self._redis.delete, key)

    async def ping(self) -> None:
        """Write to Redis; raises `RedisError` if it is unavailable."""
        if self._circuit.is_open:
            raise RedisError
        try:
            await self._write()
        except RedisError as error:
            self._circuit.open(error)
            raise

    async def _limit(self, ask: _Limit, key: str, rate: Rate) -> int:
        if not self._circuit.is_open:
            try:
                return await ask(self._limiter, key, rate)
            except StorageError as error:
                self._circuit.open(error.storage_error)
        return await ask(self._fallback, key, rate)

    async def _ask(
        self, command: Callable[..., Awaitable[Any]], key: str, *arguments: bytes, **options: int
    ) -> Any:
        if self._circuit.is_open:
            return None
        try:
            return await command(self._cache_key(key), *arguments, **options)
        except RedisError as error:
            self._circuit.open(error)
            return None

    async def _write(self) -> None:
        # PING would succeed on a full Redis, or on a replica without its primary.
        await self._redis.set(f"{self._prefix}:ping", b"", ex=1)

    async def _reconnect(self) -> None:
        await self._write()
        # Nothing could be deleted during the outage: cached values may be out of date.
        async for key in self._redis.scan_iter(match=self._cache_key("*"), count=1_000):
            await self._redis.unlink(key)

    def _cache_key(self, key: str) -> str:
        return f"{self._prefix}:cache:{key}"
