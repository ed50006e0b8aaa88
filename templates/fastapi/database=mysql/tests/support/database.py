"""A database for the tests: made on the server of `TEST_DATABASE_URL`, and dropped again."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest

from app.database.driver import Connection, connect
from app.database.rights import table_rights
from app.database.roles import sql_for_roles

SCHEME = "mysql"
DEFAULT_PORT = 3306
# What the server says of a database that it does not have.
NO_DATABASE = "Access denied|Unknown database"
OVER_TLS = f"ssl_ca={__file__}"
SERVER = os.environ.get("TEST_DATABASE_URL", "")


_PASSWORD = secrets.token_hex(12)


@contextmanager
def empty_database(_directory: Path) -> Iterator[str]:
    """Make a database without a schema; yields the URL of its owner."""
    if not SERVER:
        pytest.exit("Set TEST_DATABASE_URL to a MySQL where databases and users may be made.", 2)
    # Not `test_`: a server that is fresh lets everybody do everything in such a database.
    with made_database(f"tests_{secrets.token_hex(6)}") as url:
        yield url


@contextmanager
def made_database(name: str) -> Iterator[str]:
    """Make a database of a name, its owner and the account of a service; yields the owner's URL."""
    accounts = f"{name}_owner", f"{name}_service"
    url = urlsplit(SERVER)._replace(path=f"/{quote(name, safe='')}").geturl()
    # Text of another kind: the tables say themselves which kind they need.
    asyncio.run(execute(SERVER, f"CREATE DATABASE {quoted(name)} CHARACTER SET latin1"))
    try:
        passwords = (f"SET @{of}_password = '{_PASSWORD}';" for of in ("owner", "service"))
        asyncio.run(run_script(url, *passwords, *sql_for_roles(name, *accounts, table_rights())))
        yield as_owner(url)
    finally:
        dropped = (f"DROP USER IF EXISTS {quoted(account)}" for account in accounts)
        asyncio.run(execute(SERVER, f"DROP DATABASE {quoted(name)}", *dropped))


def fresh_database(migrated_url: str) -> str:
    """Return the URL of an empty database with the schema of the migrated one.

    What a test left is deleted with its accounts; the audit trail stays, for it cannot be deleted.
    """
    asyncio.run(execute(migrated_url, "DELETE FROM users"))
    return migrated_url


def as_service(url: str) -> str:
    """Return the URL of the same database for the account of the service."""
    return _as(f"{database_of(url)}_service", url)


def as_owner(url: str) -> str:
    """Return the URL of the same database for its owner."""
    return _as(f"{database_of(url)}_owner", url)


def as_administrator(url: str) -> str:
    """Return the URL of the same database for an administrator of its server."""
    return urlsplit(SERVER)._replace(path=urlsplit(url).path).geturl()


@asynccontextmanager
async def connected(url: str, **options: Any) -> AsyncIterator[Connection]:
    """Open a connection to what a URL names."""
    parts = urlsplit(url)
    connection = await connect(
        host=parts.hostname,
        port=parts.port or DEFAULT_PORT,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=database_of(url),
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


async def run_script(url: str, *lines: str) -> None:
    """Run a script as `mysql` would, where each statement is a line."""
    await execute(url, *(line for line in lines if not line.startswith("--")))


def quoted(name: str) -> str:
    """Write a name as SQL."""
    return "`" + name.replace("`", "``") + "`"


def database_of(url: str) -> str:
    """Return the name of the database of a URL."""
    return unquote(urlsplit(url).path[1:])


def _as(account: str, url: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(account, safe='')}:{_PASSWORD}@{place}").geturl()
