"""The reasons of SQLite errors."""

import re
import sqlite3
from typing import Final

_SCHEMA: Final = re.compile(r"no such (table|column)|table \S+ has no column")


def reason_of(error: BaseException) -> str:
    """Return SQLite's message, which contains no values."""
    if isinstance(error, sqlite3.Error):
        return f"{error} ({getattr(error, 'sqlite_errorname', type(error).__name__)})"
    return type(error).__name__


def lacks_schema(error: BaseException) -> bool:
    """Return whether a table or a column is missing."""
    return isinstance(error, sqlite3.Error) and _SCHEMA.match(str(error)) is not None
