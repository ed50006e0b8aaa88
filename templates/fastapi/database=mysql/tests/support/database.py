"""A database for the tests: made on the server of `TEST_DATABASE_URL`, and dropped again."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from app.database.driver import Connection, connect

SCHEME = "mysql"
DEFAULT_PORT = 3306
OVER_TLS = "ssl_ca=/etc/ssl/mysql-ca.pem"
SERVER = os.environ.get("TEST_DATABASE_URL", "")


@contextmanager
def empty_database(_directory: Path) -> Iterator[str]:
    """Make a database without a schema, and an account that owns it; yields its URL."""
    if not SERVER:
        pytest.exit("Set TEST_DATABASE_URL to a MySQL where databases and users may be made.", 2)
    # Not `test_`: a server that is fresh lets everybody do everything in such a database.
    name, password = f"tests_{secrets.token_hex(6)}", secrets.token_hex(12)
    asyncio.run(
        execute(
            SERVER,
            # Text of another kind: the tables say themselves which kind they need.
            f"CREATE DATABASE {name} CHARACTER SET latin1",
            f"CREATE USER {name} IDENTIFIED BY '{password}'",
            f"GRANT ALL ON {name}.* TO {name}",
        )
    )
    server = urlsplit(SERVER)
    place = server.netloc.rpartition("@")[2]
    try:
        yield server._replace(netloc=f"{name}:{password}@{place}", path=f"/{name}").geturl()
    finally:
        asyncio.run(execute(SERVER, f"DROP DATABASE {name}", f"DROP USER {name}"))


def fresh_database(migrated_url: str, _directory: Path) -> str:
    """Return the URL of an empty database with the schema of the migrated one.

    What a test left is deleted with its accounts; the audit trail stays, for it cannot be deleted.
    """
    asyncio.run(execute(migrated_url, "DELETE FROM users"))
    return migrated_url


@asynccontextmanager
async def connected(url: str, **options: Any) -> AsyncIterator[Connection]:
    """Open a connection to what a URL names."""
    parts = urlsplit(url)
    connection = await connect(
        host=parts.hostname,
        port=parts.port or DEFAULT_PORT,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=parts.path.strip("/"),
        **options,
    )
    try:
        yield connection
    finally:
        await connection.ensure_closed()


async def execute(url: str, *statements: str, **options: Any) -> list[tuple[Any, ...]]:
    """Run statements; returns the rows of the last one."""
    async with connected(url, **options) as connection, connection.cursor() as cursor:
        for statement in statements:
            await cursor.execute(statement)
        return list(await cursor.fetchall())
