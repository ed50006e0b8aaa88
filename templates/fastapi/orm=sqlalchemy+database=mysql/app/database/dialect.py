"""SQLAlchemy with MySQL and MariaDB."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import Connection, DateTime, ExceptionContext, LargeBinary, event
from sqlalchemy.exc import DatabaseError, DisconnectionError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from sqlalchemy.schema import CreateTable

from app.database.driver import connect, error_code, passes
from app.database.idle import ping_if_idle
from app.database.migrating import connect_in_turn, table_options, tell_what_is_left
from app.settings import Settings

# Errors of connecting that SQLAlchemy does not wrap: none beyond those of sockets.
UNREACHABLE: Final = ()
# CREATE and ALTER commit implicitly.
MIGRATION_OPTIONS: Final[dict[str, Any]] = {"transactional_ddl": False}


def make_engine(settings: Settings) -> AsyncEngine:
    """Create the engine with its bounded pool."""
    engine = create_async_engine(
        _driver_url(settings.database_url.get_secret_value()),
        # Parameters contain addresses and hashes; errors and logs show the statement only.
        hide_parameters=True,
        pool_size=settings.database_pool_size,
        max_overflow=settings.database_max_overflow,
        pool_timeout=settings.database_pool_timeout,
        pool_recycle=settings.database_pool_recycle,
        # Turning it off and on for each transaction would cost two round trips; see `_begin`.
        isolation_level="AUTOCOMMIT",
        connect_args={"async_creator_fn": connect},
    )
    event.listen(engine.sync_engine, "begin", _begin)
    event.listen(engine.sync_engine, "handle_error", _name_what_passes, retval=True)
    event.listen(engine.sync_engine, "checkout", _replace_if_hung_up)
    ping_if_idle(engine)
    return engine


@asynccontextmanager
async def open_migration_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """Open the engine of a migration, under the migration lock."""
    engine = create_async_engine(
        _driver_url(url),
        hide_parameters=True,
        poolclass=NullPool,
        connect_args={"async_creator_fn": connect_in_turn, "autocommit": False},
    )
    event.listen(engine.sync_engine, "handle_error", _tell_what_is_left)
    yield engine


def _driver_url(url: str) -> str:
    return url.replace("mysql://", "mysql+asyncmy://", 1)


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN")


def _replace_if_hung_up(connection: Any, _: ConnectionPoolEntry, _proxy: Any) -> None:
    if not connection.driver_connection.is_open:
        raise DisconnectionError


def _name_what_passes(context: ExceptionContext) -> Exception | None:
    """Return whether an error is an outage: the driver has one class for all errors."""
    error = context.original_exception
    if not isinstance(error, Exception):
        # The connection of a cancelled request is left in the middle of a statement.
        return None
    connecting = context.connection is None
    if connecting or context.is_disconnect or passes(error):
        return ConnectionError(f"the database cannot answer (error {error_code(error)})")
    if isinstance(context.sqlalchemy_exception, OperationalError):
        return DatabaseError(context.statement, None, error, hide_parameters=True)
    return None


def _tell_what_is_left(context: ExceptionContext) -> None:
    if context.connection is not None:
        tell_what_is_left(context.statement or "", context.original_exception)


@compiles(CreateTable, "mysql")
def _create_exact_table(table: CreateTable, compiler: Any, **options: Any) -> str:
    statement = compiler.visit_create_table(table, **options).rstrip()
    return f"{statement} {table_options(is_mariadb=compiler.dialect.is_mariadb)}"


@compiles(DateTime, "mysql")
def _with_microseconds(*_: Any, **_options: Any) -> str:
    return "DATETIME(6)"


@compiles(LargeBinary, "mysql")
def _as_short_as_it_can_be(binary: LargeBinary, *_: Any, **_options: Any) -> str:
    """Map bytes of a fixed length to a type that can be indexed."""
    return "BLOB" if binary.length is None else f"VARBINARY({binary.length})"
