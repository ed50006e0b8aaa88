"""Tortoise with PostgreSQL."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.exceptions import IntegrityError, OperationalError

from app.database import asyncpg_migrations, driver
from app.database.connection import Connection
from app.settings import Settings

# What Tortoise's queries need to know about the dialect.
Dialect: Final = AsyncpgDBClient
BEGIN: Final = "BEGIN"
DIGEST_TYPE: Final = "BYTEA"
# Errors of migrations, besides Tortoise's own.
DRIVER_ERRORS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError)
_CONSTRAINTS: Final = {"23"}
# Those whose message quotes a value: "invalid input syntax for type uuid: ...".
_QUOTING: Final = {"22"}
_CLOSE_SECONDS: Final = 2.0


class PostgresqlConnection(Connection):
    def __init__(self, connection: Any) -> None:
        super().__init__()
        self._driver = connection

    async def close(self) -> None:
        """Close gracefully, so that a cancelled statement is stopped on the server."""
        await self._driver.close(timeout=_CLOSE_SECONDS)

    async def _send(self, statement: str, values: Sequence[Any]) -> tuple[int, Sequence[Any]]:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and "RETURNING" not in statement:
            status = await self._driver.execute(statement, *values)
            return int(status.rpartition(" ")[2]), ()
        rows = await self._driver.fetch(statement, *values)
        return len(rows), rows

    def _explain(self, error: Exception, statement: str) -> Exception:
        if isinstance(error, asyncpg.PostgresError):
            state = driver.sqlstate(error)
            if driver.passes(error):
                return ConnectionError(f"the database cannot answer (SQLSTATE {state})")
            kind = IntegrityError if state[:2] in _CONSTRAINTS else OperationalError
            # The first line only: the details quote the row.
            text = f"SQLSTATE {state}" if state[:2] in _QUOTING else error.args[0]
            return kind(f"{text}: {statement}")
        if isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):
            return OperationalError(f"a value is of the wrong type: {statement}")
        if isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError):
            # The driver noticed too late that the connection was closed.
            return ConnectionError(f"the connection is lost ({type(error).__name__})")
        return error

    def _has_hung_up(self) -> bool:
        return bool(self._driver.is_closed())


async def connect(settings: Settings) -> PostgresqlConnection:
    """Open a connection; raises an `OSError` if the server cannot be reached."""
    url = settings.database_url.get_secret_value()
    keeps_statements = settings.database_pooler == "none"
    try:
        return PostgresqlConnection(await driver.connect(url, keeps_statements=keeps_statements))
    except DRIVER_ERRORS as error:
        raise ConnectionError(f"no connection ({type(error).__name__})") from None


def statement(text: str) -> str:
    """Put a statement on one line; its parameters $1, $2, ... have the dialect's own form."""
    return " ".join(text.split())


def migration_connection(url: str) -> dict[str, Any]:
    """Return the configuration of a connection for migrations."""
    return {"engine": asyncpg_migrations.__name__, "credentials": {"url": url}}
