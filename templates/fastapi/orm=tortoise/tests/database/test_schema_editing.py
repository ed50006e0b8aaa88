"""Changes of the schema, compared with what the changed models declare."""

from pathlib import Path

import pytest
from tortoise import fields
from tortoise.migrations import operations as ops
from tortoise.migrations.operations import Operation

from app.database.fields import ShortTextField
from tests.support.catalogue import describe
from tests.support.database import empty_database
from tests.support.schema import RECORD, change, change_back, upgrade

ADDED = [
    ops.AddField(
        "UserRow",
        "reviewer",
        fields.ForeignKeyField(
            "app.UserRow",
            source_field="reviewer_id",
            to_field="id",
            related_name=False,
            on_delete=fields.SET_NULL,
            null=True,
            db_index=True,
        ),
    ),
    ops.AddField("UserRow", "stars", fields.IntField(null=True, db_index=True)),
]
CHANGED = [
    *ADDED,
    ops.AlterField("UserRow", "stars", fields.BigIntField(null=True, db_index=True)),
    ops.AlterField("UserRow", "role", ShortTextField(30)),
    ops.AlterField("AuditEventRow", "event", ShortTextField(80, db_index=True)),
    ops.AlterField("AuditEventRow", "request_id", ShortTextField(64, null=True, db_index=True)),
]


@pytest.mark.parametrize("operations", [ADDED, CHANGED])
def test_what_is_added_or_changed_is_as_if_it_had_been_so_from_the_start(
    url: str, tmp_path: Path, operations: list[Operation]
) -> None:
    elsewhere = tmp_path / "declared"
    elsewhere.mkdir()
    upgrade()
    before = describe(url)
    with empty_database(elsewhere) as declared:
        change(operations, declared, "audit_events")
        expected = describe(declared)
    found = describe(url)
    assert sorted(expected - found) == []
    assert [line for line in found - expected if not line.startswith(RECORD)] == []
    change_back(operations)
    assert describe(url) == before
