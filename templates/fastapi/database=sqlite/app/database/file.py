"""The file that holds the database."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path


def make_private(path: str | Path) -> None:
    """Make an empty file that nobody else on this machine may read, unless there is one.

    SQLite would leave its mode to the umask; its journals take the mode of the file.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        return
    # Raises what SQLite says: in the thread of the driver, the error could outlive the loop.
    sqlite3.connect(path).close()
