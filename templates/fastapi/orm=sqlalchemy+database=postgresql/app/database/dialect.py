"""How SQLAlchemy talks to PostgreSQL."""

import time
from functools import partial
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import ExceptionContext, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from app.database.driver import connect
from app.database.migrating import connect_in_turn
from app.settings import Settings

READ_ONLY: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
# Connecting fails with the driver's own errors; SQLAlchemy wraps those of statements alone.
UNREACHABLE: Final = (asyncpg.PostgresError, asyncpg.InterfaceError)
# A migration is kept as a whole or not at all.
MIGRATION_OPTIONS: Final[dict[str, Any]] = {"transactional_ddl": True}
# Classes of SQLSTATE that pass with time: connection lost, transaction rolled back for another one,
# resources used up, stopped by an operator.
_PASSING: Final = {"08", "40", "53", "57"}
_IDLE_SECONDS_BEFORE_PING: Final = 5.0
# The driver reads the rest of the URL by itself.
_DRIVER: Final = "postgresql+asyncpg://"


def make_engine(settings: Settings) -> AsyncEngine:
    """Make the engine with its bounded pool."""
    engine = create_async_engine(
        _DRIVER,
        # What is bound holds addresses and hashes; errors and logs show the statement alone.
        hide_parameters=True,
        pool_size=settings.database_pool_size,
        max_overflow=settings.database_max_overflow,
        pool_timeout=settings.database_pool_timeout,
        pool_recycle=settings.database_pool_recycle,
        async_creator=partial(connect, settings.database_url.get_secret_value()),
    )
    dialect = engine.sync_engine.dialect

    def remember(connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["idle_since"] = time.monotonic()

    def ping_if_idle(connection: Any, entry: ConnectionPoolEntry, _: Any) -> None:
        # A ping before each use would be a second round trip for each request.
        idle_since = entry.info.get("idle_since")
        if idle_since is None or time.monotonic() - idle_since < _IDLE_SECONDS_BEFORE_PING:
            return
        try:
            dialect.do_ping(connection)
        except Exception as error:
            raise DisconnectionError from error

    event.listen(engine.sync_engine, "handle_error", _name_what_passes, retval=True)
    event.listen(engine.sync_engine, "checkin", remember)
    event.listen(engine.sync_engine, "checkout", ping_if_idle)
    return engine


def make_migration_engine(url: str) -> AsyncEngine:
    """Make the engine of a migration."""
    return create_async_engine(
        _DRIVER,
        hide_parameters=True,
        poolclass=NullPool,
        async_creator=partial(connect_in_turn, url),
    )


def _name_what_passes(context: ExceptionContext) -> Exception | None:
    """Tell an outage from a mistake: SQLAlchemy has the same error for both."""
    if not isinstance(context.original_exception, Exception):
        # A request that was given up is cancelled in the middle of a statement, and stays so.
        return None
    state = getattr(context.original_exception, "sqlstate", None) or ""
    connecting = context.connection is None
    if connecting or context.is_disconnect or state[:2] in _PASSING:
        return ConnectionError(f"the database cannot answer (SQLSTATE {state})")
    return None
