"""The role of the service may do what the service does, and nothing else.

Every other test runs the service as this role too: what it lacks would fail there.
"""

import asyncio
import re
import secrets
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pytest

from app.__main__ import main
from app.database import rights
from app.database.engine import UNUSABLE
from app.database.rights import APPEND_ONLY
from app.database.table_names import RECORD, table_names
from app.resources import Resources
from tests.support.catalogue import describe
from tests.support.database import (
    SCHEME,
    as_administrator,
    as_owner,
    as_service,
    database_of,
    empty_database,
    execute,
    made_database,
    quoted,
    run_script,
)
from tests.support.environment import ENVIRONMENT
from tests.support.operator import give_everything, rights_in, roles_of, table_beside
from tests.support.queries import execute as execute_in

HOSTILE: Final = ["\"'`;--", "a\\'b\\", "$$ $q$ $qq$", "100%_%s %I", "r\u00f4le/*?#@:"]


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Away from the .env of this checkout.
    monkeypatch.chdir(tmp_path)


def migrate(database_url: str, owner_url: str) -> int:
    urls = {"DATABASE_URL": database_url, "MIGRATION_DATABASE_URL": owner_url}
    with patch.dict("os.environ", {**ENVIRONMENT, **urls}):
        return main(["migrate"])


def print_roles(capsys: pytest.CaptureFixture[str], url: str) -> str:
    name = database_of(url)
    given = ("--database", name, "--owner", f"{name}_owner", "--service", f"{name}_service")
    capsys.readouterr()
    assert main(["roles", *given]) == 0
    return capsys.readouterr().out


async def refused(resources: Resources, statement: str) -> None:
    with pytest.raises(UNUSABLE, match=r"denied|must be owner"):
        await execute_in(resources, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE other (id INT)",
        "CREATE TEMPORARY TABLE other (id INT)",
        "CREATE VIEW other AS SELECT * FROM users",
        "CREATE INDEX other ON users (created_at)",
        "CREATE SCHEMA other",
        "ALTER TABLE users ADD other INT",
        "ALTER TABLE audit_events DROP COLUMN details",
        "DROP TABLE users",
        "TRUNCATE TABLE users",
        "TRUNCATE TABLE audit_events",
        "UPDATE audit_events SET event = 'forged'",
        "DELETE FROM audit_events",
        f"INSERT INTO {RECORD} SELECT * FROM {RECORD}",  # noqa: S608
        f"DELETE FROM {RECORD}",  # noqa: S608
    ],
)
async def test_the_role_of_the_service_is_refused(resources: Resources, statement: str) -> None:
    await refused(resources, statement)


async def test_the_role_of_the_service_reads_nothing_beside_its_tables(
    resources: Resources, database_url: str
) -> None:
    async with table_beside(database_url) as table:
        await refused(resources, f"SELECT * FROM {table}")  # noqa: S608


async def test_the_owner_changes_its_schema_and_makes_no_other(database_url: str) -> None:
    owner = as_owner(database_url)
    await execute(owner, "CREATE TABLE other (id INT)", "DROP TABLE other")
    for statement in ("CREATE DATABASE other", "CREATE ROLE other"):
        with pytest.raises(Exception, match="denied"):
            await execute(owner, statement)


def test_every_table_has_its_rights(database_url: str) -> None:
    lines = describe(as_owner(database_url))
    tables = {line.partition(":")[0] for line in lines if not re.match("type |function:", line)}
    assert {*table_names(), RECORD} == tables
    refusing = {line.partition(":")[0] for line in lines if re.search(r"TRIGGER \w*_refuse", line)}
    assert refusing == APPEND_ONLY


def test_migrating_gives_the_service_its_rights_on_new_tables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with empty_database(tmp_path) as owner_url:
        url = as_service(owner_url)
        asyncio.run(execute(owner_url, "CREATE TABLE later (id INT)"))
        names = [*table_names(), "later"]
        monkeypatch.setattr(rights, "table_names", lambda: names)
        assert migrate(url, owner_url) == 0
        for statement in (
            "INSERT INTO later VALUES (1)",
            "UPDATE later SET id = 2",
            "SELECT id FROM later",
            "DELETE FROM later",
        ):
            asyncio.run(execute(url, statement))


def test_roles_that_are_made_again_are_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with empty_database(tmp_path) as owner_url:
        url = as_service(owner_url)
        assert migrate(url, owner_url) == 0
        before = asyncio.run(rights_in(url))
        for _ in range(2):
            asyncio.run(run_script(as_administrator(url), *print_roles(capsys, url).splitlines()))
            assert asyncio.run(rights_in(url)) == before
        assert migrate(url, owner_url) == 0
        assert asyncio.run(rights_in(url)) == before


def test_a_role_that_could_do_everything_is_narrowed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with empty_database(tmp_path) as owner_url:
        url = as_service(owner_url)
        assert migrate(url, owner_url) == 0
        before = asyncio.run(rights_in(url))
        asyncio.run(give_everything(url))
        assert asyncio.run(rights_in(url)) != before
        asyncio.run(run_script(as_administrator(url), *print_roles(capsys, url).splitlines()))
        assert asyncio.run(rights_in(url)) == before


def test_a_right_that_it_once_had_on_a_table_is_taken(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with empty_database(tmp_path) as owner_url:
        url = as_service(owner_url)
        assert migrate(url, owner_url) == 0
        before = asyncio.run(rights_in(url))
        grant = f"GRANT DELETE ON audit_events TO {quoted(f'{database_of(url)}_service')}"
        asyncio.run(execute(as_administrator(url), grant))
        assert asyncio.run(rights_in(url)) != before
        asyncio.run(run_script(as_administrator(url), *print_roles(capsys, url).splitlines()))
        assert asyncio.run(rights_in(url)) == before


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_are_quoted_in_sql(capsys: pytest.CaptureFixture[str], hostile: str) -> None:
    with made_database(f"t{hostile}{secrets.token_hex(3)}") as owner_url:
        url = as_service(owner_url)
        name = database_of(url)
        assert asyncio.run(roles_of(url)) == {f"{name}_owner", f"{name}_service"}
        asyncio.run(execute(owner_url, "CREATE TABLE users (id INT)"))
        asyncio.run(run_script(as_administrator(url), *print_roles(capsys, url).splitlines()))
        asyncio.run(execute(url, "INSERT INTO users VALUES (1)"))
        with pytest.raises(Exception, match=r"denied|must be owner"):
            asyncio.run(execute(url, "DROP TABLE users"))


def test_names_come_from_the_urls_and_passwords_are_not_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{SCHEME}://ann:hunter2@127.0.0.1/orders")
    assert main(["roles"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("orders", "ann", "ann_owner"))
    monkeypatch.setenv("MIGRATION_DATABASE_URL", f"{SCHEME}://bob:hunter2@127.0.0.1/orders")
    assert main(["roles"]) == 0
    out += capsys.readouterr().out
    assert "bob" in out
    assert "hunter2" not in out


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ((), "--database is missing"),
        (("--database", "d", "--service", "a", "--owner", "a"), "must differ"),
        (("--database", "d", "--service", "a\n", "--owner", "b"), "--service must be printable"),
        (("--database", "\u20ac" * 22, "--service", "a"), "--database must be printable"),
        (("--database", "d", "--service", "a" * 60), "--owner must be printable"),
    ],
)
def test_names_that_cannot_be_are_refused(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], fault: str
) -> None:
    assert main(["roles", *arguments]) == 2
    out, error = capsys.readouterr()
    assert (out, fault in error) == ("", True)


def test_a_service_that_does_not_exist_is_a_failure_of_migrating(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with empty_database(tmp_path) as owner_url:
        url = as_service(owner_url).replace("_service:", "_nobody:")
        assert migrate(url, owner_url) == 1
        error = capsys.readouterr().err
        assert f"Granting privileges to {database_of(url)}_nobody failed: " in error
        assert "`python -m app roles`" in error
