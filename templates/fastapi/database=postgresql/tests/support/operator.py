"""What the operator of a PostgreSQL server does to those who use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote, urlsplit

import asyncpg  # type: ignore[import-untyped]

from tests.support.database import SERVER, as_administrator, database_of, execute, quoted

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
    connection = await asyncpg.connect(as_administrator(url))
    try:
        await connection.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        await connection.close()


@asynccontextmanager
async def refusing_connections(url: str) -> AsyncIterator[None]:
    """Refuse new connections to a database."""
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
    """Make a table in another schema of the database; yields its name."""
    administrator = as_administrator(url)
    await execute(administrator, "CREATE SCHEMA beside", "CREATE TABLE beside.kept (id INT)")
    try:
        yield "beside.kept"
    finally:
        await execute(administrator, "DROP SCHEMA beside CASCADE")


async def give_everything(url: str) -> None:
    """Make who uses a URL the owner of its database and tables."""
    role = quoted(unquote(urlsplit(url).username or ""))
    await execute(
        as_administrator(url),
        f"GRANT ALL ON DATABASE {quoted(database_of(url))} TO {role}, PUBLIC",
        f"ALTER DATABASE {quoted(database_of(url))} OWNER TO {role}",
        f"ALTER TABLE users OWNER TO {role}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT ALL ON SCHEMA public TO {role}, PUBLIC",
    )


async def rights_in(url: str) -> list[tuple[object, ...]]:
    """List who may do what in a database."""
    return await execute(
        as_administrator(url),
        "SELECT oid::regclass::text, relacl::text FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace UNION ALL "
        "SELECT defaclobjtype::text, defaclacl::text FROM pg_default_acl UNION ALL "
        "SELECT nspname, nspacl::text FROM pg_namespace UNION ALL "
        "SELECT datname, datacl::text FROM pg_database WHERE datname = current_database() "
        "ORDER BY 1, 2",
    )


async def roles_of(url: str) -> set[str]:
    """Name the roles of the server whose names hold that of a database."""
    rows = await execute(as_administrator(url), "SELECT rolname FROM pg_roles")
    return {name for (name,) in rows if database_of(url) in name}


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/")


async def _count_ended(query: str, name: str) -> int:
    connection = await asyncpg.connect(SERVER)
    try:
        count: int = await connection.fetchval(query, name)
        return count
    finally:
        await connection.close()
