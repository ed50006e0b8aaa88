"""SQLAlchemy with PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

# Importing this lets Alembic create, change and drop enum types.
import alembic_postgresql_enum  # noqa: F401
import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.database.driver import connect, passes, sqlstate
from app.database.idle import ping_if_idle
from app.database.migrating import BOUND_WAITING, turn_to_migrate
from app.settings import Settings

# Connecting raises the driver's own errors; SQLAlchemy wraps only those of statements.
UNREACHABLE: Final = (asyncpg.PostgresError, asyncpg.InterfaceError)
# Migrations are transactional.
MIGRATION_OPTIONS: Final[dict[str, Any]] = {"transactional_ddl": True}
# The driver parses the rest of the URL.
_DRIVER: Final = "postgresql+asyncpg://"


def make_engine(settings: Settings) -> AsyncEngine:
    """Create the engine with its bounded pool."""
    engine = create_async_engine(
        _DRIVER,
        # Parameters contain addresses and hashes; errors and logs show the statement only.
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
    """Open the engine of a migration, under the migration lock."""
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
        # An unnamed prepared statement lasts until the next one.
        options |= {"prepared_statement_cache_size": 0, "prepared_statement_name_func": str}
    return options


def _bound_waiting(connection: Connection) -> None:
    connection.exec_driver_sql(BOUND_WAITING)


def _name_what_passes(context: ExceptionContext) -> Exception | None:
    """Return whether an error is an outage: SQLAlchemy uses one class for all."""
    error = context.original_exception
    if not isinstance(error, Exception):
        # The connection of a cancelled request is left in the middle of a statement.
        return None
    connecting = context.connection is None
    if connecting or context.is_disconnect or passes(error):
        return ConnectionError(f"the database cannot answer (SQLSTATE {sqlstate(error)})")
    return None
