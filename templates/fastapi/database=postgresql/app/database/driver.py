"""Connections to PostgreSQL."""

from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]

_CONNECT_SECONDS: Final = 5
# SQLSTATE classes of transient errors: lost connection, transaction rollback, insufficient
# resources, operator intervention.
_PASSING: Final = {"08", "40", "53", "57"}


async def connect(url: str, *, keeps_statements: bool = True) -> Any:
    """Open a connection, with a timeout; options in the URL mean the same as in libpq.

    Prepared statements are state of the server session. Without them, each statement with
    parameters costs a second round trip.
    """
    options: dict[str, Any] = {} if keeps_statements else {"statement_cache_size": 0}
    return await asyncpg.connect(url, timeout=_CONNECT_SECONDS, **options)


def sqlstate(error: BaseException) -> str:
    """Return the SQLSTATE of an error; empty if there is none."""
    return getattr(error, "sqlstate", None) or ""


def passes(error: BaseException) -> bool:
    """Tell an outage from a mistake."""
    return sqlstate(error)[:2] in _PASSING
