"""The connection pool, with transactions and readers."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from app.database.dialect import UNREACHABLE, make_engine
from app.database.schema_version import refuse_outdated
from app.database.session import committed
from app.settings import Settings
from app.telemetry.engine_events import trace_statements

# Errors of the pool and the driver when the database cannot be reached.
UNAVAILABLE: Final[tuple[type[Exception], ...]] = (
    OperationalError,
    InterfaceError,
    PoolTimeoutError,
    OSError,
    *UNREACHABLE,
)
# And errors when it refuses the service or lacks its tables.
UNUSABLE: Final[tuple[type[Exception], ...]] = (*UNAVAILABLE, DBAPIError)


class Database:
    """The service's database.

    `transaction` is a unit of work, committed or rolled back as a whole. `reader` is for single
    read-only statements, without the round trips that begin and end a transaction.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Keep the pool open while the service runs."""
        engine = make_engine(settings)
        trace_statements(engine)
        # Not the engine's own `echo`, whose handler bypasses the redaction.
        logging.getLogger("sqlalchemy.engine").setLevel("INFO" if settings.debug else "WARNING")
        try:
            yield cls(engine)
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Begin a transaction; commits at the end, or rolls back if an error leaves the block."""
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            async with session.begin():
                yield session
            committed(session)

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[AsyncConnection]:
        """Acquire a connection for reading, without a transaction around the statements.

        A session would only add its identity map to rows that are not changed.
        """
        async with self._autocommit.connect() as connection:
            yield connection

    async def ping(self) -> None:
        """Make one round trip; raises one of `UNUSABLE`, or `OutdatedSchema` before `migrate`."""
        async with self.reader() as reader:
            applied = set(await reader.scalars(text("SELECT version_num FROM alembic_version")))
        await refuse_outdated(applied)
