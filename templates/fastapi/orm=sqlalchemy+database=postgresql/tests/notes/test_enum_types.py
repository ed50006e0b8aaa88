"""The migrations that Alembic writes for columns with an enum type run as they are."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Column, Enum, MetaData, Table

from app.database.tables import METADATA
from app.notes.repository import NoteRow
from tests.support.catalogue import describe
from tests.support.schema import copy_migrations, write_migration


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Table:
    """Give the table of notes that the migrations of this test are written for."""
    copy = MetaData(naming_convention=METADATA.naming_convention)
    for table in METADATA.sorted_tables:
        table.to_metadata(copy)
    monkeypatch.setattr("app.database.tables.METADATA", copy)
    return copy.tables[NoteRow.__tablename__]


def test_an_enum_type_goes_up_and_down_and_gets_a_value(
    notes: Table, url: str, tmp_path: Path
) -> None:
    notes.append_column(Column("colour", Enum("red", "blue", name="colour")))
    config = copy_migrations(tmp_path)
    command.upgrade(config, "head")
    before = describe(url)
    write_migration(config, "colours")
    for _ in range(2):
        command.upgrade(config, "head")
        assert "type colour: red, blue" in describe(url)
        command.downgrade(config, "-1")
        assert describe(url) == before
    command.upgrade(config, "head")
    notes.c.colour.type = Enum("red", "blue", "green", name="colour")
    write_migration(config, "green")
    command.upgrade(config, "head")
    assert "type colour: red, blue, green" in describe(url)
    command.downgrade(config, "-1")
    assert "type colour: red, blue" in describe(url)
