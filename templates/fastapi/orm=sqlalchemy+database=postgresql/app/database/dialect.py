"""How SQLAlchemy talks to PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

# Alembic makes and drops enum types, and sees their new values, where this has been imported.
import alembic_postgresql_enum  # noqa: F401
import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.database.driver import connect, passes, sqlstate
from app.database.idle import ping_if_idle
from app.database.migrating import BOUND_WAITING, turn_to_migrate
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
        connect_args=_connect_args(
            settings.database_url.get_secret_value(),
            keeps_statements=settings.database_pooler == "none",
        ),
    )
    event.listen(engine.sync_engine, "handle_error", _name_what_passes, retval=True)
    ping_if_idle(engine)
    return engine


@asynccontextmanager
async def open_migration_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """Open the engine of a migration; nobody else has one meanwhile."""
    async with turn_to_migrate(url):
        engine = create_async_engine(
            _DRIVER,
            hide_parameters=True,
            poolclass=NullPool,
            connect_args=_connect_args(url, keeps_statements=False),
        )
        event.listen(engine.sync_engine, "begin", _bound_waiting)
        yield engine


def _connect_args(url: str, *, keeps_statements: bool) -> dict[str, Any]:
    options: dict[str, Any] = {
        "async_creator_fn": partial(connect, url, keeps_statements=keeps_statements)
    }
    if not keeps_statements:
        # A statement without a name lasts until the next one.
        options |= {"prepared_statement_cache_size": 0, "prepared_statement_name_func": str}
    return options


def _bound_waiting(connection: Connection) -> None:
    connection.exec_driver_sql(BOUND_WAITING)


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
