"""What the operator of a MySQL server does to those who use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote, urlsplit

from tests.support.database import (
    SERVER,
    as_administrator,
    connected,
    database_of,
    execute,
    quoted,
)

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
    async with connected(as_administrator(url)) as connection:
        await connection.query(f"LOCK TABLES {table} WRITE")
        yield


@asynccontextmanager
async def refusing_connections(url: str) -> AsyncIterator[None]:
    """Refuse new connections as the account of a URL."""
    account = urlsplit(url).username
    await execute(SERVER, f"ALTER USER {account} ACCOUNT LOCK")
    try:
        yield
    finally:
        await execute(SERVER, f"ALTER USER {account} ACCOUNT UNLOCK")


@asynccontextmanager
async def granted(url: str, right: str, table: str) -> AsyncIterator[None]:
    """Give who uses a URL a right on a table that the service has not."""
    grantee = urlsplit(url).username
    await execute(as_administrator(url), f"GRANT {right} ON {table} TO {grantee}")
    try:
        yield
    finally:
        await execute(as_administrator(url), f"REVOKE {right} ON {table} FROM {grantee}")


@asynccontextmanager
async def table_beside(url: str) -> AsyncIterator[str]:
    """Make a table in another database of the server; yields its name."""
    database = f"{database_of(url)}_beside"
    await execute(SERVER, f"CREATE DATABASE {database}", f"CREATE TABLE {database}.kept (id INT)")
    try:
        yield f"{database}.kept"
    finally:
        await execute(SERVER, f"DROP DATABASE {database}")


async def give_everything(url: str) -> None:
    """Let who uses a URL do everything in its database."""
    account, database = quoted(unquote(urlsplit(url).username or "")), quoted(database_of(url))
    await execute(
        SERVER,
        f"GRANT ALL ON {database}.* TO {account} WITH GRANT OPTION",
        f"GRANT ALL ON {database}.audit_events TO {account}",
    )


async def rights_in(url: str) -> list[tuple[object, ...]]:
    """List who may do what in a database."""
    rows = []
    for account in sorted(await roles_of(url)):
        rows += await execute(SERVER, f"SHOW GRANTS FOR {quoted(account)}")
    return sorted(rows)


async def roles_of(url: str) -> set[str]:
    """Name the accounts of the server whose names hold that of a database."""
    rows = await execute(SERVER, "SELECT user FROM mysql.user")
    return {name for (name,) in rows if database_of(url) in name}


async def _end(url: str, command: str, state: str = "") -> int:
    name = urlsplit(url).path.strip("/")
    async with connected(SERVER) as connection, connection.cursor() as cursor:
        await cursor.execute(_OTHERS, (name,))
        ended = [row[0] for row in await cursor.fetchall() if str(row[1]).startswith(state)]
        for connection_id in ended:
            await cursor.execute(f"{command} {connection_id}")
    return len(ended)
