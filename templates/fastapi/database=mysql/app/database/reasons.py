"""The reasons of MySQL and network errors."""

from typing import Final

from app.database.driver import error_code
from app.database.reaching import why_unreachable

# No such table; no such column.
_SCHEMA: Final = {1146, 1054}


def reason_of(error: BaseException) -> str:
    """Return the server's message; `Connection.query` has removed the values."""
    if code := error_code(error):
        return f"{error.args[-1]} (error {code})"
    return why_unreachable(error)


def lacks_schema(error: BaseException) -> bool:
    """Return whether a table or a column is missing."""
    return error_code(error) in _SCHEMA
