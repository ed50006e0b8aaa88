"""Migrations of a file that cannot be used."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.__main__ import main
from app.database import migrating


def _nothing_there(path: Path) -> None:
    path.parent.rmdir()


def _no_database(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_nothing_there, "unable to open database file (SQLITE_CANTOPEN)"),
        (_no_database, "file is not a database (SQLITE_NOTADB)"),
    ],
)
def test_what_is_the_matter_with_the_file_is_said(
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    make: Callable[[Path], None],
    reason: str,
) -> None:
    path = tmp_path / "elsewhere" / "app.db"
    path.parent.mkdir()
    make(path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    assert main(["migrate"]) == 1
    assert capsys.readouterr().err == f"Migration failed: {reason}\n"
    assert main(["purge"]) == 1
    assert capsys.readouterr().err == f"The database cannot be used: {reason}\n"


def test_a_locked_file_is_waited_for_until_the_timeout(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(migrating, "_LOCK_SECONDS", 0.1)
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert main(["migrate"]) == 1
    assert capsys.readouterr().err == "Migration failed: database is locked (SQLITE_BUSY)\n"
    assert main(["migrate"]) == 0
