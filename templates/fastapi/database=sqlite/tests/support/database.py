"""A database for the tests: a SQLite file, migrated once and copied for each test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def empty_database(directory: Path) -> Iterator[str]:
    """Make a database without a schema; yields its URL."""
    yield f"sqlite:///{directory / 'empty.db'}"


def fresh_database(migrated_url: str) -> str:
    """Return the URL of an empty database with the schema of the migrated one."""
    migrated = Path(migrated_url.removeprefix("sqlite:///"))
    # The same place for each test, as a server's database is.
    path = migrated.with_name("test.db")
    for left in migrated.parent.glob(f"{path.name}*"):
        left.unlink()
    shutil.copy(migrated, path)
    return f"sqlite:///{path}"


def as_service(url: str) -> str:
    """Return the URL of the same database for the service, which owns it as well."""
    return url


def as_owner(url: str) -> str:
    """Return the URL of the same database for its owner."""
    return url
