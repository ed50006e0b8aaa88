"""Migrations where the database cannot undo half of one."""

import asyncio
import re

import pytest

from app.__main__ import main
from app.database import migrating
from tests.support.database import connected, execute


def test_a_migration_that_stops_half_way_says_so_and_can_be_repeated(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(execute(url, "CREATE TABLE audit_events (in_the_way INT)"))
    assert main(["migrate"]) == 1
    out = capsys.readouterr().out
    assert "migration.failed" in out
    assert re.search("CREATE TABLE .?audit_events", out)
    assert "Undo it, then migrate again." in out
    asyncio.run(execute(url, "DROP TABLE audit_events", "DROP TABLE notes", "DROP TABLE users"))
    assert main(["migrate"]) == 0
    assert "migration.failed" not in capsys.readouterr().out


def test_a_migration_waits_for_one_that_is_running(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "_TURN_SECONDS", 1)

    async def migrate_beside_another() -> int:
        async with connected(url) as connection, connection.cursor() as cursor:
            await cursor.execute(migrating._TAKE_TURN, (0,))
            return await asyncio.to_thread(main, ["migrate"])

    assert asyncio.run(migrate_beside_another()) == 1
    assert asyncio.run(execute(url, "SHOW TABLES")) == []
    assert main(["migrate"]) == 0
