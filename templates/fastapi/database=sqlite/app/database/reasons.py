"""What SQLite says of a failure."""

import re
import sqlite3
from typing import Final

_SCHEMA: Final = re.compile(r"no such (table|column)|table \S+ has no column")


def reason_of(error: BaseException) -> str:
    """Say in its words what went wrong; none of them is a value."""
    if isinstance(error, sqlite3.Error):
        return f"{error} ({getattr(error, 'sqlite_errorname', type(error).__name__)})"
    return type(error).__name__


def lacks_schema(error: BaseException) -> bool:
    """Tell whether a table or a column is missing."""
    return isinstance(error, sqlite3.Error) and _SCHEMA.match(str(error)) is not None
