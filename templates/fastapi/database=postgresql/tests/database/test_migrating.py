"""Migrations that are run side by side, and as a URL with options says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]
import pytest

from app.__main__ import main
from app.database import migrating


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def _tables(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables "
        "WHERE table_schema IN ('public', 'elsewhere')"
    )
    return [row[0] for row in rows]


def test_a_migration_waits_for_one_that_is_running(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "_TURN_SECONDS", 1)

    async def migrate_beside_another() -> None:
        async with _connected(url) as connection, connection.transaction():
            await connection.execute(migrating._TAKE_TURN)
            assert await asyncio.to_thread(main, ["migrate"]) == 1
            assert await _tables(connection) == []

    asyncio.run(migrate_beside_another())
    assert main(["migrate"]) == 0


def test_the_options_of_the_url_reach_a_migration(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = "sslmode=disable&search_path=elsewhere"
    monkeypatch.setenv("DATABASE_URL", urlsplit(url)._replace(query=options).geturl())

    async def migrate_elsewhere() -> list[str]:
        async with _connected(url) as connection:
            await connection.execute("CREATE SCHEMA elsewhere")
            assert await asyncio.to_thread(main, ["migrate"]) == 0
            return await _tables(connection)

    tables = asyncio.run(migrate_elsewhere())
    assert "elsewhere.users" in tables
    assert not [table for table in tables if table.startswith("public.")]
