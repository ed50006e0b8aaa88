"""Connections to PostgreSQL."""

from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]

_CONNECT_SECONDS: Final = 5
# Classes of SQLSTATE that pass with time: connection lost, transaction rolled back for another one,
# resources used up, stopped by an operator.
_PASSING: Final = {"08", "40", "53", "57"}


async def connect(url: str, *, keeps_statements: bool = True) -> Any:
    """Open a connection, in a bounded time; options in the URL mean what libpq means by them.

    Prepared statements are kept in the session on the server. Without them nothing is, but each
    statement that has parameters costs a second round trip.
    """
    options: dict[str, Any] = {} if keeps_statements else {"statement_cache_size": 0}
    return await asyncpg.connect(url, timeout=_CONNECT_SECONDS, **options)


def sqlstate(error: BaseException) -> str:
    """Return the SQLSTATE that the server gave to an error; empty if it gave none."""
    return getattr(error, "sqlstate", None) or ""


def passes(error: BaseException) -> bool:
    """Tell an outage from a mistake."""
    return sqlstate(error)[:2] in _PASSING
