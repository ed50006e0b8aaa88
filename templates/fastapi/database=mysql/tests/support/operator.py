"""What the operator of a MySQL server does to those who use it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from tests.support.database import SERVER, connected, execute

_OTHERS = (
    "SELECT id, state FROM information_schema.processlist WHERE db = %s AND id <> CONNECTION_ID()"
)


async def end_connections(url: str) -> int:
    """End every connection to a database; returns how many there were."""
    return await _end(url, "KILL CONNECTION")


async def end_waiting(url: str) -> int:
    """End every statement in a database that waits for a lock; returns how many there were."""
    return await _end(url, "KILL QUERY", "Waiting for table")


@asynccontextmanager
async def locked_table(url: str, table: str) -> AsyncIterator[None]:
    """Keep everybody from reading a table."""
    async with connected(url) as connection:
        await connection.query(f"LOCK TABLES {table} WRITE")
        yield


@asynccontextmanager
async def refusing_connections(url: str) -> AsyncIterator[None]:
    """Let nobody connect as the account of a URL; who is connected stays so."""
    account = urlsplit(url).username
    await execute(SERVER, f"ALTER USER {account} ACCOUNT LOCK")
    try:
        yield
    finally:
        await execute(SERVER, f"ALTER USER {account} ACCOUNT UNLOCK")


@asynccontextmanager
async def role_without_tables(url: str) -> AsyncIterator[str]:
    """Make an account that reads and writes every table and owns none; yields the URL it uses."""
    name, password = f"service_{secrets.token_hex(6)}", secrets.token_hex(12)
    database, place = urlsplit(url).path.strip("/"), urlsplit(url).netloc.rpartition("@")[2]
    await execute(
        SERVER,
        f"CREATE USER {name} IDENTIFIED BY '{password}'",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.* TO {name}",
    )
    try:
        yield urlsplit(url)._replace(netloc=f"{name}:{password}@{place}").geturl()
    finally:
        await execute(SERVER, f"DROP USER {name}")


async def _end(url: str, command: str, state: str = "") -> int:
    name = urlsplit(url).path.strip("/")
    async with connected(SERVER) as connection, connection.cursor() as cursor:
        await cursor.execute(_OTHERS, (name,))
        ended = [row[0] for row in await cursor.fetchall() if str(row[1]).startswith(state)]
        for connection_id in ended:
            await cursor.execute(f"{command} {connection_id}")
    return len(ended)
