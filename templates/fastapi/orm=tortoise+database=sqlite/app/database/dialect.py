"""Tortoise with SQLite."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import aiosqlite
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.exceptions import IntegrityError, OperationalError

from app.database import sqlite_migrations
from app.database.connection import Connection
from app.database.file import make_private
from app.database.migrating import check_file
from app.settings import Settings
from app.settings.database_url import SCHEME

# What Tortoise's queries need to know about the dialect.
Dialect: Final = SqliteClient
# Acquiring the write lock immediately makes concurrent writers wait instead of fail halfway.
BEGIN: Final = "BEGIN IMMEDIATE"
DIGEST_TYPE: Final = "BLOB"
# Errors of migrations, besides Tortoise's own.
DRIVER_ERRORS: Final = (sqlite3.Error,)
# A lock that is held too long, or a file that is missing, full, unreadable or read-only.
_PASSING: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
}
_PRAGMAS: Final = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON"

sqlite3.register_adapter(UUID, str)


class SqliteConnection(Connection):
    def __init__(self, driver: aiosqlite.Connection) -> None:
        super().__init__()
        self._driver = driver

    async def close(self) -> None:
        await self._driver.interrupt()
        await self._driver.close()

    async def _send(self, statement: str, values: Sequence[Any]) -> tuple[int, Sequence[Any]]:
        if statement.startswith(("SELECT", "PRAGMA")) or "RETURNING" in statement:
            rows = list(await self._driver.execute_fetchall(statement, values))
            return len(rows), rows
        # Not the connection's count of changes, which includes those of foreign keys.
        return (await self._driver.execute(statement, values)).rowcount, ()

    def _explain(self, error: Exception, statement: str) -> Exception:
        if not isinstance(error, sqlite3.Error):
            return error
        if _passes(error):
            return ConnectionError(f"the database cannot answer ({error.sqlite_errorname})")
        kind = IntegrityError if isinstance(error, sqlite3.IntegrityError) else OperationalError
        return kind(f"{error}: {statement}")


async def connect(settings: Settings) -> SqliteConnection:
    """Open the file. One writer at a time: others wait up to `DATABASE_POOL_TIMEOUT`."""
    path = settings.database_url.get_secret_value().removeprefix(SCHEME)
    driver = None
    try:
        make_private(path)
        # The driver begins transactions late, and not serialisable; `BEGIN` begins them instead.
        driver = await aiosqlite.connect(
            path, timeout=settings.database_pool_timeout, isolation_level=None
        )
        await driver.executescript(_PRAGMAS)
    except BaseException as error:
        if driver is not None:
            await driver.close()
        if isinstance(error, sqlite3.Error) and _passes(error):
            raise ConnectionError(f"no connection ({error.sqlite_errorname})") from None
        raise
    driver.row_factory = sqlite3.Row
    return SqliteConnection(driver)


def statement(text: str) -> str:
    """Convert the parameters $1, $2, ... of a statement to the dialect's own form."""
    return " ".join(text.split()).replace("$", "?")


def migration_connection(url: str) -> dict[str, Any]:
    """Return the configuration of a connection for migrations.

    It does not enforce foreign keys: Tortoise rebuilds tables that SQLite cannot alter, and
    dropping the old one would delete the rows that refer to it.
    """
    path = url.removeprefix(SCHEME)
    make_private(path)
    check_file(url)
    credentials = {"file_path": path, "foreign_keys": "OFF"}
    return {"engine": sqlite_migrations.__name__, "credentials": credentials}


def _passes(error: sqlite3.Error) -> bool:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _PASSING
