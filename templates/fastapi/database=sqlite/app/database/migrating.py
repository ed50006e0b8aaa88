"""Support for migrations on SQLite."""

import sqlite3
from contextlib import closing
from typing import Final

from app.settings import Settings
from app.settings.database_url import SCHEME

_LOCK_SECONDS: Final = 10.0


def migration_url(settings: Settings) -> str:
    """Return where to migrate, as the owner of the tables."""
    return (settings.migration_database_url or settings.database_url).get_secret_value()


def check_file(url: str) -> None:
    """Raise SQLite's error if the file is unusable, or locked by another writer for too long.

    The thread of a failed connection would otherwise outlive the error.
    """
    path = url.removeprefix(SCHEME)
    with closing(sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
