"""What SQLite says of a failure."""

import sqlite3


def reason_of(error: BaseException) -> str:
    """Say in its words what went wrong; none of them is a value."""
    if isinstance(error, sqlite3.Error):
        return f"{error} ({getattr(error, 'sqlite_errorname', type(error).__name__)})"
    return type(error).__name__
