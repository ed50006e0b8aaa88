"""What MySQL, or the way to it, says of a failure."""

from typing import Final

from app.database.driver import error_code
from app.database.reaching import why_unreachable

# No such table; no such column.
_SCHEMA: Final = {1146, 1054}


def reason_of(error: BaseException) -> str:
    """Say in its words what went wrong; `Connection.query` has taken the values out."""
    if code := error_code(error):
        return f"{error.args[-1]} (error {code})"
    return why_unreachable(error)


def lacks_schema(error: BaseException) -> bool:
    """Tell whether a table or a column is missing."""
    return error_code(error) in _SCHEMA
