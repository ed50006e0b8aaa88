"""Migrations: there and back with rows in the tables, and no drift from what the code declares."""

import asyncio
import re
import sys
from pathlib import Path
from typing import Final

import pytest

from app.__main__ import main
from app.users.model import User
from tests.support.catalogue import describe
from tests.support.database import empty_database
from tests.support.factories import find_user
from tests.support.queries import execute
from tests.support.schema import RECORD, check_schema, declare, downgrade, heads, roots, upgrade
from tests.support.service import running_service

# Their migrations have to end with `append_only`; what a table is made of does not say it.
APPEND_ONLY: Final = ("audit_events",)


def _store(url: str) -> User:
    async def store() -> User:
        # Signing in leaves rows in the tables of the method.
        async with running_service(url) as service, service.caller() as caller:
            return caller.user

    return asyncio.run(store())


def _read(url: str, user: User) -> User | None:
    async def read() -> User | None:
        async with running_service(url) as service:
            return await find_user(service.resources, user)

    return asyncio.run(read())


def _contents(url: str) -> set[str]:
    """List what is in a database, without the record of migrations."""
    return {line for line in describe(url) if not line.startswith(f"{RECORD}:")}


def test_the_schema_goes_up_and_down_and_up_again(url: str) -> None:
    for _ in range(2):
        upgrade()
        user = _store(url)
        assert _read(url, user) == user
        downgrade()
        assert _contents(url) == set()


def test_a_step_back_and_forth_keeps_the_rows_of_other_tables(url: str) -> None:
    [first] = roots()
    upgrade()
    user = _store(url)
    downgrade(first)
    upgrade()
    assert _read(url, user) == user


def test_the_schema_is_what_the_code_declares(url: str, tmp_path: Path) -> None:
    upgrade()
    check_schema()
    elsewhere = tmp_path / "declared"
    elsewhere.mkdir()
    with empty_database(elsewhere) as declared:
        declare(declared, *APPEND_ONLY)
        expected = _contents(declared)
    found = _contents(url)
    assert sorted(expected - found) == [], "migrations have not made these"
    assert sorted(found - expected) == [], "migrations have made these, which no model declares"


def test_a_migration_that_fails_is_named_with_what_the_database_said(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def put_a_table_in_the_way() -> None:
        async with running_service(url) as service:
            await execute(service.resources, "CREATE TABLE notes (in_the_way INTEGER)")

    asyncio.run(put_a_table_in_the_way())
    [first] = roots()
    assert main(["migrate"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert re.match(rf"Migration {first}\w* failed: .*already exists.* CREATE TABLE \W?notes", line)


def test_an_error_in_the_code_of_a_migration_is_named_with_its_line(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_table: str) -> None:
        raise LookupError("no statement")

    [first] = roots()
    for module in [name for name in sys.modules if name.startswith("migrations.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr("app.database.append_only.append_only", fail)
    assert main(["migrate"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    expected = rf"Migration {first}\w* failed: LookupError: no statement \(line \d+\)"
    assert re.fullmatch(expected, line)


def test_there_is_one_newest_schema(url: str) -> None:
    assert len(heads()) == 1


def test_migrating_twice_changes_nothing(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    user = _store(url)
    assert main(["migrate"]) == 0
    assert _read(url, user) == user
    assert capsys.readouterr().out.endswith("The database schema is up to date.\n")


def test_the_owner_migrates_and_the_service_does_not(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = url.partition(":")[0]
    monkeypatch.setenv("DATABASE_URL", f"{scheme}:///nowhere/nobody")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", url)
    assert main(["migrate"]) == 0
    user = _store(url)
    assert _read(url, user) == user
