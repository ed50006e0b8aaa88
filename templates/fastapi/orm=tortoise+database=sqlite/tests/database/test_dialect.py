"""What SQLite needs to be told."""

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor

from app.audit.trail import record
from app.clock import now
from app.database.models import UserRow
from app.database.orm import migration_config
from app.ids import new_id
from app.resources import Resources
from tests.support.factories import make_note, make_user
from tests.support.queries import audit_events, execute, stored_bodies


async def test_a_kept_event_cannot_be_replaced(resources: Resources) -> None:
    actor_id = new_id()
    async with resources.database.transaction() as transaction:
        await record(transaction, "user.disabled", actor_id=actor_id)
    [event] = await audit_events(resources, "user.disabled", actor_id=actor_id)
    replacement = (
        "INSERT OR REPLACE INTO audit_events (id, created_at, event, details) "
        "VALUES (?, ?, 'forged', '{}')"
    )
    async with resources.database.transaction() as transaction:
        with pytest.raises(IntegrityError, match="append-only"):
            await transaction.run(replacement, [event.id, now()])
    assert await audit_events(resources, "user.disabled", actor_id=actor_id) == [event]


async def test_what_belongs_to_an_account_goes_with_it(resources: Resources) -> None:
    user = await make_user(resources)
    await make_note(resources, user)
    await execute(resources, "DELETE FROM users")
    assert await stored_bodies(resources) == {}


async def test_readers_and_a_writer_do_not_wait_for_each_other(resources: Resources) -> None:
    async with resources.database.reader() as reader:
        _, [[mode]] = await reader.run("PRAGMA journal_mode")
        assert mode == "wal"
    await make_user(resources)
    async with resources.database.transaction() as transaction:
        await transaction.run("DELETE FROM users")
        async with resources.database.reader() as reader:
            _, [[count]] = await reader.run("SELECT count(*) FROM users")
            assert count == 1


async def test_a_table_that_is_made_anew_keeps_the_rows_that_point_to_it(
    resources: Resources,
) -> None:
    note = await make_note(resources, await make_user(resources))
    async with TortoiseContext() as context:
        await context.init(migration_config(resources.settings))
        # What a migration does that changes or drops a column.
        await SqliteSchemaEditor(context.db())._remake_table(UserRow)
    assert list(await stored_bodies(resources)) == [note.id]
