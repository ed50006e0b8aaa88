"""The migrations that Alembic writes for columns with an enum type run as they are."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Column, Enum

from app.notes.repository import NoteRow
from tests.support.catalogue import describe
from tests.support.schema import copy_migrations, write_migration


@pytest.fixture
def coloured_notes() -> Iterator[Callable[..., None]]:
    """Give notes a column, and what names the values of its type."""
    column: Column[str] = Column("colour", Enum("red", "blue", name="colour"))
    NoteRow.__table__.append_column(column)  # type: ignore[attr-defined]

    def of_colours(*values: str) -> None:
        column.type = Enum(*values, name="colour")

    yield of_colours
    NoteRow.__table__._columns.remove(column)


def test_an_enum_type_goes_up_and_down_and_gets_a_value(
    coloured_notes: Callable[..., None], url: str, tmp_path: Path
) -> None:
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
    coloured_notes("red", "blue", "green")
    write_migration(config, "green")
    command.upgrade(config, "head")
    assert "type colour: red, blue, green" in describe(url)
    command.downgrade(config, "-1")
    assert "type colour: red, blue" in describe(url)
