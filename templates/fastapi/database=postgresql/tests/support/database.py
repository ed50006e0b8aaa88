"""A database for the tests: made on the server of `TEST_DATABASE_URL`, and dropped again."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]
import pytest

SCHEME = "postgresql"
DEFAULT_PORT = 5432
OVER_TLS = "sslmode=verify-full"
SERVER = os.environ.get("TEST_DATABASE_URL", "")


@contextmanager
def empty_database(_directory: Path) -> Iterator[str]:
    """Make a database without a schema; yields its URL."""
    if not SERVER:
        pytest.exit("Set TEST_DATABASE_URL to a PostgreSQL where databases may be made.", 2)
    name = f"test_{secrets.token_hex(6)}"
    asyncio.run(_execute(SERVER, f'CREATE DATABASE "{name}"'))
    try:
        yield urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    finally:
        asyncio.run(_execute(SERVER, f'DROP DATABASE "{name}" WITH (FORCE)'))


def fresh_database(migrated_url: str, _directory: Path) -> str:
    """Return the URL of an empty database with the schema of the migrated one.

    What a test left is deleted with its accounts; the audit trail stays, for it cannot be deleted.
    """
    asyncio.run(_execute(migrated_url, "DELETE FROM users"))
    return migrated_url


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
