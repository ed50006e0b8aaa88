"""SQLAlchemy with SQLite."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import Connection, Dialect, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from app.database.file import make_private
from app.database.migrating import check_file
from app.database.rebuilding import keep_triggers
from app.settings import Settings
from app.settings.database_url import SCHEME

# Errors that SQLAlchemy does not wrap: those of checking the file before a migration.
UNREACHABLE: Final = (sqlite3.Error,)
# Batch mode rebuilds a table, since SQLite can alter little of one.
MIGRATION_OPTIONS: Final[dict[str, Any]] = {"transactional_ddl": True, "render_as_batch": True}


def make_engine(settings: Settings) -> AsyncEngine:
    """Create the engine. One writer at a time: others wait up to `DATABASE_POOL_TIMEOUT`."""
    engine = create_async_engine(
        _driver_url(settings.database_url.get_secret_value()),
        # Parameters contain addresses and hashes; errors and logs show the statement only.
        hide_parameters=True,
        pool_size=settings.database_pool_size,
        max_overflow=settings.database_max_overflow,
        pool_timeout=settings.database_pool_timeout,
        pool_recycle=settings.database_pool_recycle,
        connect_args={"timeout": settings.database_pool_timeout},
    )
    event.listen(engine.sync_engine, "do_connect", _before_connect)
    event.listen(engine.sync_engine, "connect", _on_connect)
    event.listen(engine.sync_engine, "begin", _on_begin)
    return engine


@asynccontextmanager
async def open_migration_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """Open the engine of a migration.

    It does not enforce foreign keys: rebuilding a table would delete the rows that refer to it.
    """
    make_private(url.removeprefix(SCHEME))
    check_file(url)
    engine = create_async_engine(_driver_url(url), poolclass=NullPool)
    keep_triggers(engine)
    yield engine


def _driver_url(url: str) -> str:
    return url.replace("sqlite://", "sqlite+aiosqlite://", 1)


def _before_connect(
    _dialect: Dialect, _: ConnectionPoolEntry, arguments: list[Any], _options: dict[str, Any]
) -> None:
    make_private(arguments[0])


def _on_connect(connection: Any, _: ConnectionPoolEntry) -> None:
    # The driver begins transactions late, and not serialisable; `_on_begin` begins them instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        # Acquiring the write lock immediately makes concurrent writers wait instead of fail
        # halfway.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
