"""Connections to MySQL and MariaDB that behave alike, whatever the server's configuration."""

import asyncio
import logging
import re
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from asyncmy.connection import Connection as DriverConnection
from asyncmy.constants.CLIENT import FOUND_ROWS
from asyncmy.errors import MySQLError

_CONNECT_SECONDS: Final = 5.0
_SESSION: Final = (
    # A value that does not fit is an error instead of being truncated. NO_BACKSLASH_ESCAPES is off:
    # the driver escapes with backslashes, and otherwise a quote would end the string.
    "SET SESSION sql_mode = 'TRADITIONAL,ONLY_FULL_GROUP_BY', time_zone = '+00:00'",
    # A transaction that has waited for a lock reads what the other one wrote. No gaps between rows
    # are locked, which would deadlock concurrent inserts.
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    # In seconds; the server's defaults are 50 and a day. A cancelled request leaves its statement
    # waiting on the server, in addition to those of the pool.
    "SET SESSION innodb_lock_wait_timeout = 10, lock_wait_timeout = 10",
)
# Messages quote values: "Duplicate entry 'ann@example.com' for key".
_QUOTED: Final = re.compile(r"'.*'", re.DOTALL)
# Except these: a missing or existing table, column or index, and a missing privilege.
_NAMING: Final = frozenset({1050, 1060, 1061, 1091, 1142, 1146})
# Transient errors.
_PASSING: Final = frozenset(
    {
        *(2002, 2003, 2006, 2013, 2055, 4031),  # the connection is lost, or cannot be made
        *(1040, 1129, 1203, 1226),  # too many connections
        *(1021, 1037, 1038, 1041, 1114),  # no memory or disk is left
        *(1205, 1213),  # rolled back for another transaction
        *(1053, 1077, 1152, 1158, 1159, 1160, 1161, 1184),  # the server is shutting down
        *(1290, 1836),  # read-only: a failover is in progress
        *(1317, 1927, 1969, 3024, 3169),  # ended by an operator, or by a limit on time
    }
)

# It logs warnings of the server, which quote values as well.
logging.getLogger("asyncmy").setLevel(logging.ERROR)


class Connection(DriverConnection):
    """A connection in autocommit mode, unless a transaction was begun."""

    @property
    def is_open(self) -> bool:
        """Return whether the connection is open, as far as is known."""
        return bool(self.connected) and not self._stream_broken  # type: ignore[attr-defined]

    async def query(self, sql: str | bytes, unbuffered: bool = False) -> int:
        """Run a statement; its errors contain no values."""
        try:
            affected: int = await super().query(sql, unbuffered)  # type: ignore[no-untyped-call]
        except MySQLError as error:
            if error_code(error) not in _NAMING:
                error.args = tuple(
                    _QUOTED.sub("'...'", part) if isinstance(part, str) else part
                    for part in error.args
                )
            raise
        return affected

    async def rollback(self) -> None:
        """Roll back, if a transaction was begun: otherwise it would be a wasted round trip."""
        if self.get_transaction_status():
            await super().rollback()


async def connect(*, password: str = "", autocommit: bool = True, **options: Any) -> Connection:
    """Open a connection, with a timeout."""
    settled = {
        **options,
        "autocommit": autocommit,
        "charset": "utf8mb4",
        # Count matched rows, even if nothing in them changes, as other databases do.
        "client_flag": FOUND_ROWS,
    }
    # The driver defaults to Latin-1.
    connection = Connection(password=password.encode(), **settled)  # type: ignore[no-untyped-call]
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            await connection.connect()
            for statement in _SESSION:
                await connection.query(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def options_in(url: str) -> dict[str, Any]:
    """Read the options in a URL: `?ssl_ca=ca.pem` names the trusted CA."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    socket = options.pop("unix_socket", None)
    return {
        "host": parts.hostname,
        "port": parts.port,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "database": unquote(parts.path.strip("/")),
        "unix_socket": socket,
        "ssl": {name.removeprefix("ssl_"): value for name, value in options.items()},
    }


def error_code(error: BaseException) -> int:
    """Return the number of an error of the server or the driver; 0 if there is none."""
    code = error.args[0] if isinstance(error, MySQLError) and error.args else 0
    return code if isinstance(code, int) else 0


def passes(error: BaseException) -> bool:
    """Return whether an error is an outage: the driver has one class for all errors."""
    return error_code(error) in _PASSING
