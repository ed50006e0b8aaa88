"""The connection pool, with transactions and readers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, Self

from tortoise.exceptions import BaseORMException

from app.database.connection import log
from app.database.dialect import BEGIN, DRIVER_ERRORS, connect
from app.database.orm import CONNECTION_NAME, bind_models
from app.database.pool import Pool
from app.database.schema_version import refuse_outdated
from app.database.session import Session
from app.settings import Settings

# Errors when the database cannot be reached, or no connection is free in time.
UNAVAILABLE: Final[tuple[type[Exception], ...]] = (OSError,)
# And when it refuses the service or lacks its tables.
UNUSABLE: Final[tuple[type[Exception], ...]] = (*UNAVAILABLE, *DRIVER_ERRORS, BaseORMException)


class Database:
    """The service's database.

    `transaction` is a unit of work, committed or rolled back as a whole. `reader` is for single
    read-only statements, without the round trips that begin and end a transaction.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Keep the pool open while the service runs."""
        await bind_models()
        log.setLevel("INFO" if settings.debug else "WARNING")
        pool = Pool(settings, partial(connect, settings))
        try:
            yield cls(pool)
        finally:
            await pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Begin a transaction; commits at the end, or rolls back if an error leaves the block."""
        async with self._session(BEGIN) as session:
            yield session

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[Session]:
        """Begin reading, without a transaction around the statements."""
        async with self._session(None) as session:
            yield session

    async def ping(self) -> None:
        """Make one round trip; raises one of `UNUSABLE`, or `OutdatedSchema` before `migrate`."""
        async with self.reader() as reader:
            _, rows = await reader.run("SELECT name FROM tortoise_migrations")
        await refuse_outdated({row[0] for row in rows})

    @asynccontextmanager
    async def _session(self, begin: str | None) -> AsyncIterator[Session]:
        session = Session(CONNECTION_NAME, self._pool, begin)
        try:
            yield session
            await session.commit()
        except BaseException:
            await session.rollback()
            raise
        finally:
            session.release()
