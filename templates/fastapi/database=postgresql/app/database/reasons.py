"""The reasons of PostgreSQL and network errors."""

from typing import Final

import asyncpg  # type: ignore[import-untyped]

from app.database.driver import sqlstate
from app.database.reaching import why_unreachable

# Errors whose message quotes a value: "invalid input syntax for type uuid: ...".
_QUOTING: Final = {"22"}
# No such table; no such column.
_SCHEMA: Final = {"42P01", "42703"}


def reason_of(error: BaseException) -> str:
    """Return the server's message without its details, which quote rows."""
    if isinstance(error, asyncpg.PostgresError):
        state = sqlstate(error)
        said = "a value does not fit" if state[:2] in _QUOTING else error.args[0]
        return f"{said} (SQLSTATE {state})"
    return why_unreachable(error)


def lacks_schema(error: BaseException) -> bool:
    """Return whether a table or a column is missing."""
    return sqlstate(error) in _SCHEMA
