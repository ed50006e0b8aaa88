"""How SQLAlchemy talks to PostgreSQL."""

from functools import partial
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.database.driver import connect, passes, sqlstate
from app.database.idle import ping_if_idle
from app.database.migrating import connect_in_turn
from app.settings import Settings

# Connecting fails with the driver's own errors; SQLAlchemy wraps those of statements alone.
UNREACHABLE: Final = (asyncpg.PostgresError, asyncpg.InterfaceError)
# A migration is kept as a whole or not at all.
MIGRATION_OPTIONS: Final[dict[str, Any]] = {"transactional_ddl": True}
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
    event.listen(engine.sync_engine, "handle_error", _name_what_passes, retval=True)
    ping_if_idle(engine)
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
    error = context.original_exception
    if not isinstance(error, Exception):
        # A request that was given up is cancelled in the middle of a statement, and stays so.
        return None
    connecting = context.connection is None
    if connecting or context.is_disconnect or passes(error):
        return ConnectionError(f"the database cannot answer (SQLSTATE {sqlstate(error)})")
    return None
