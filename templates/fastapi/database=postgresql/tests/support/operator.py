"""What the operator of a PostgreSQL server does to those who use it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]

from tests.support.database import SERVER

_END = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = $1 AND pid <> pg_backend_pid()"
)


async def end_connections(url: str) -> int:
    """End every connection to a database; returns how many there were."""
    return await _count_ended(_END, _name(url))


async def end_waiting(url: str) -> int:
    """End every connection to a database that waits for a lock; returns how many there were."""
    return await _count_ended(f"{_END} AND wait_event_type = 'Lock'", _name(url))


@asynccontextmanager
async def locked_table(url: str, table: str) -> AsyncIterator[None]:
    """Keep everybody from reading a table."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        await connection.close()


@asynccontextmanager
async def refusing_connections(url: str) -> AsyncIterator[None]:
    """Let nobody connect to a database; who is connected stays so."""
    connection = await asyncpg.connect(SERVER)
    alter = f'ALTER DATABASE "{_name(url)}" ALLOW_CONNECTIONS'
    try:
        await connection.execute(f"{alter} false")
        try:
            yield
        finally:
            await connection.execute(f"{alter} true")
    finally:
        await connection.close()


@asynccontextmanager
async def role_without_tables(url: str) -> AsyncIterator[str]:
    """Make a role that reads and writes every table and owns none; yields the URL it uses."""
    name, password = f"service_{secrets.token_hex(6)}", secrets.token_hex(12)
    place = urlsplit(url).netloc.rpartition("@")[2]
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            f"CREATE ROLE {name} LOGIN PASSWORD '{password}';"
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
        )
        try:
            yield urlsplit(url)._replace(netloc=f"{name}:{password}@{place}").geturl()
        finally:
            await connection.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")
    finally:
        await connection.close()


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/")


async def _count_ended(query: str, name: str) -> int:
    connection = await asyncpg.connect(SERVER)
    try:
        count: int = await connection.fetchval(query, name)
        return count
    finally:
        await connection.close()
