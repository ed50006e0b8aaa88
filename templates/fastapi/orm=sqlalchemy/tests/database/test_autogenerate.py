"""The migration that Alembic writes for a new table runs as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Column, ForeignKey, Table, Uuid

from app.database.tables import METADATA
from app.database.types import UtcDateTime
from tests.support.schema import copy_migrations, write_migration


@pytest.fixture
def config(url: str, tmp_path: Path) -> Config:
    """Give a copy of the migrations, for a database without a schema."""
    return copy_migrations(tmp_path)


@pytest.fixture
def new_table() -> Iterator[None]:
    table = Table(
        "new_table",
        METADATA,
        Column("id", Uuid(), primary_key=True),
        Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), index=True),
        Column("created_at", UtcDateTime()),
    )
    yield
    METADATA.remove(table)


@pytest.mark.usefixtures("new_table")
def test_the_migration_of_a_new_table_goes_up_and_down(config: Config) -> None:
    command.upgrade(config, "head")
    write_migration(config, "new_table")
    for _ in range(2):
        command.upgrade(config, "head")
        command.check(config)
        command.downgrade(config, "-1")


@pytest.mark.usefixtures("new_table")
def test_it_reads_as_one_that_was_written_by_hand(config: Config) -> None:
    command.upgrade(config, "head")
    script = write_migration(config, "new_table")
    written = Path(script.path).read_text()
    assert script.doc == "new_table."
    assert 'sa.Column("created_at", UtcDateTime(), nullable=True)' in written.replace("'", '"')
    assert "from app.database.types import UtcDateTime\n" in written
    assert "app.database.types.UtcDateTime" not in written
