"""The file that holds the database."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path


def make_private(path: str | Path) -> None:
    """Create an empty file that no other user may read, unless it exists.

    SQLite would leave its mode to the umask; journals get the mode of the file.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        return
    # Raises SQLite's error: in the driver's thread, it could outlive the event loop.
    sqlite3.connect(path).close()
