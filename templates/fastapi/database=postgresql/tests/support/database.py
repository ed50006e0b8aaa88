"""A database for the tests: made on the server of `TEST_DATABASE_URL`, and dropped again."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import asyncpg  # type: ignore[import-untyped]
import pytest

from app.database.rights import table_rights
from app.database.roles import sql_for_roles

SCHEME = "postgresql"
DEFAULT_PORT = 5432
# What the server says of a database that it does not have.
NO_DATABASE = "does not exist"
OVER_TLS = "sslmode=verify-full"
SERVER = os.environ.get("TEST_DATABASE_URL", "")
_PASSWORD = secrets.token_hex(12)


@contextmanager
def empty_database(_directory: Path) -> Iterator[str]:
    """Make a database without a schema; yields the URL of its owner."""
    if not SERVER:
        pytest.exit("Set TEST_DATABASE_URL to a PostgreSQL to make databases and roles on.", 2)
    with made_database(f"test_{secrets.token_hex(6)}") as url:
        yield url


@contextmanager
def made_database(name: str) -> Iterator[str]:
    """Make a database of a name, its owner and the role of a service; yields the owner's URL."""
    roles = f"{name}_owner", f"{name}_service"
    url = urlsplit(SERVER)._replace(path=f"/{quote(name, safe='')}").geturl()
    asyncio.run(execute(SERVER, f"CREATE DATABASE {quoted(name)}"))
    try:
        passwords = (f"SET roles.{of}_password = '{_PASSWORD}';" for of in ("owner", "service"))
        asyncio.run(run_script(url, *passwords, *sql_for_roles(name, *roles, table_rights())))
        yield as_owner(url)
    finally:
        dropped = (f"DROP ROLE IF EXISTS {quoted(role)}" for role in roles)
        asyncio.run(execute(SERVER, f"DROP DATABASE {quoted(name)} WITH (FORCE)", *dropped))


def fresh_database(migrated_url: str) -> str:
    """Return the URL of an empty database with the schema of the migrated one.

    What a test left is deleted with its accounts; the audit trail stays, for it cannot be deleted.
    """
    asyncio.run(execute(migrated_url, "DELETE FROM users"))
    return migrated_url


def as_service(url: str) -> str:
    """Return the URL of the same database for the role of the service."""
    return _as(f"{database_of(url)}_service", url)


def as_owner(url: str) -> str:
    """Return the URL of the same database for its owner."""
    return _as(f"{database_of(url)}_owner", url)


def as_administrator(url: str) -> str:
    """Return the URL of the same database for an administrator of its server."""
    return urlsplit(SERVER)._replace(path=urlsplit(url).path).geturl()


async def execute(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements; returns the rows of the last one."""
    connection = await asyncpg.connect(url)
    try:
        rows = [await connection.fetch(statement) for statement in statements]
    finally:
        await connection.close()
    return [tuple(row) for row in rows[-1]]


async def run_script(url: str, *lines: str) -> None:
    """Run a script as `psql` would."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("\n".join(lines))
    finally:
        await connection.close()


def quoted(name: str) -> str:
    """Write a name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def database_of(url: str) -> str:
    """Return the name of the database of a URL."""
    return unquote(urlsplit(url).path[1:])


def _as(role: str, url: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(role, safe='')}:{_PASSWORD}@{place}").geturl()
