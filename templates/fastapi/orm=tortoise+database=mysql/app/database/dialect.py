"""Tortoise with MySQL and MariaDB."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from asyncmy import errors
from tortoise.backends.mysql.client import MySQLClient
from tortoise.exceptions import IntegrityError, OperationalError

from app.database import driver
from app.database.connection import Connection
from app.settings import Settings

# What Tortoise's queries need to know about the dialect.
Dialect: Final = MySQLClient
BEGIN: Final = "BEGIN"
# An index requires bytes of a bounded length.
DIGEST_TYPE: Final = "VARBINARY(32)"
# Errors of migrations, besides Tortoise's own.
DRIVER_ERRORS: Final = (errors.MySQLError,)
_PARAMETER: Final = re.compile(r"\$(\d+)")


class Row:
    """A row, by position and by name."""

    __slots__ = ("_columns", "_values")

    def __init__(self, columns: Sequence[str], values: Sequence[Any]) -> None:
        self._columns = columns
        self._values = values

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __getitem__(self, key: int | str) -> Any:
        return self._values[self._columns.index(key) if isinstance(key, str) else key]

    def keys(self) -> Sequence[str]:
        return self._columns


class MysqlConnection(Connection):
    def __init__(self, connection: driver.Connection) -> None:
        super().__init__()
        self._driver = connection

    async def close(self) -> None:
        await self._driver.ensure_closed()

    async def _send(self, statement: str, values: Sequence[Any]) -> tuple[int, Sequence[Any]]:
        async with self._driver.cursor() as cursor:
            count: int = await cursor.execute(statement, [_plain(v) for v in values] or None)
            if not cursor.description:
                return count, ()
            columns = [column[0] for column in cursor.description]
            rows = [Row(columns, row) for row in await cursor.fetchall()]
            return len(rows), rows

    def _explain(self, error: Exception, statement: str) -> Exception:
        if not isinstance(error, errors.MySQLError):
            return error
        if driver.passes(error) or isinstance(error, errors.InterfaceError):
            return ConnectionError(f"the database cannot answer (error {driver.error_code(error)})")
        refused = isinstance(error, errors.IntegrityError)
        kind = IntegrityError if refused else OperationalError
        return kind(f"{error.args[-1]}: {statement}")

    def _has_hung_up(self) -> bool:
        return not self._driver.is_open


async def connect(settings: Settings) -> MysqlConnection:
    """Open a connection; raises an `OSError` if the server cannot be reached."""
    options = driver.options_in(settings.database_url.get_secret_value())
    try:
        return MysqlConnection(await driver.connect(**options))
    except errors.MySQLError as error:
        raise ConnectionError(f"no connection (error {driver.error_code(error)})") from None


def statement(text: str) -> str:
    """Convert the parameters $1, $2, ... of a statement to the dialect's own form."""
    numbers = [int(number) for number in _PARAMETER.findall(text)]
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError("the parameters of a statement come in their order, each once")
    return _PARAMETER.sub("%s", " ".join(text.split()))


def migration_connection(url: str) -> dict[str, Any]:
    """Return the configuration of a connection for migrations."""
    return {"engine": "app.database.mysql_migrations", "credentials": {"url": url}}


def _plain(value: Any) -> Any:
    """Format a time without its zone, which the driver would drop."""
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value
