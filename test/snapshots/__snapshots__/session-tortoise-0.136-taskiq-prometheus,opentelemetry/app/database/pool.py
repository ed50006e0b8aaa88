"""A bounded pool of connections."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from app.database.connection import Connection
from app.settings import Settings
from app.telemetry.pool import count_given_back, count_taken

_IDLE_SECONDS_BEFORE_PING: Final = 5.0


class Pool:
    """Shared connections, opened on demand.

    Tortoise's own pool would cost two round trips instead of one, or wait for the transactions of
    others.
    """

    def __init__(self, settings: Settings, connect: Callable[[], Awaitable[Connection]]) -> None:
        self._settings = settings
        self._connect = connect
        self._places = asyncio.Semaphore(
            settings.database_pool_size + settings.database_max_overflow
        )
        self._idle: list[Connection] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._room = settings.database_pool_size

    @count_taken
    async def take(self) -> Connection:
        """Acquire a connection; raises `TimeoutError` if none is free in time."""
        async with asyncio.timeout(self._settings.database_pool_timeout):
            await self._places.acquire()
        try:
            return await self._find()
        except BaseException:
            self._places.release()
            raise

    @count_given_back
    def give_back(self, connection: Connection) -> None:
        """Release a connection; one in an unknown state is closed.

        Nothing is awaited: a cancelled task would leak a place.
        """
        if connection.is_clean and len(self._idle) < self._room:
            connection.idle_since = time.monotonic()
            self._idle.append(connection)
            self._places.release()
        else:
            # It counts towards the limit until it is closed.
            self._close(connection).add_done_callback(lambda _: self._places.release())

    async def close(self) -> None:
        """Close the idle connections. Those released later are closed then."""
        self._room = 0
        while self._idle:
            self._close(self._idle.pop())
        await asyncio.gather(*self._closing)

    async def _find(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            try:
                if await self._is_fit(connection):
                    return connection
            except BaseException:
                self._close(connection)
                raise
            self._close(connection)
        return await self._connect()

    async def _is_fit(self, connection: Connection) -> bool:
        now = time.monotonic()
        if not connection.is_clean:
            return False
        if now - connection.opened_at > self._settings.database_pool_recycle:
            return False
        if now - connection.idle_since > _IDLE_SECONDS_BEFORE_PING:
            # A ping before each use would cost a second round trip per request.
            try:
                await connection.run("SELECT 1")
            except OSError:
                return False
        return True

    def _close(self, connection: Connection) -> asyncio.Task[None]:
        task = asyncio.create_task(_let_go(connection))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task


async def _let_go(connection: Connection) -> None:
    # Nothing more can be done about a connection that cannot be closed gracefully.
    with suppress(Exception):
        await connection.close()
