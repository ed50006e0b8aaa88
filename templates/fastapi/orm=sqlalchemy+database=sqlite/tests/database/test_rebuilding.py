"""A table that a migration makes anew keeps what hangs on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import String

from app.database.models import AuditEventRow
from tests.support.catalogue import describe
from tests.support.schema import copy_migrations, write_migration


@pytest.fixture
def _longer_events() -> Iterator[None]:
    column = AuditEventRow.__table__.c.event
    before, column.type = column.type, String(80)
    yield
    column.type = before


@pytest.mark.usefixtures("_longer_events")
def test_an_append_only_table_is_one_afterwards_as_well(url: str, tmp_path: Path) -> None:
    config = copy_migrations(tmp_path)
    command.upgrade(config, "head")
    before = describe(url)
    assert len([line for line in before if "append-only" in line]) == 3
    write_migration(config, "longer_events")
    command.upgrade(config, "head")
    assert describe(url) ^ before >= {
        "audit_events: event VARCHAR(50) NOT NULL",
        "audit_events: event VARCHAR(80) NOT NULL",
    }
    command.downgrade(config, "-1")
    assert describe(url) == before
