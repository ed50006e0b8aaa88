"""Notes go with their account, and stay when its table is made anew."""

from tortoise.context import TortoiseContext
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor

from app.database.models import UserRow
from app.database.orm import migration_config
from app.resources import Resources
from tests.notes.factories import make_note
from tests.notes.stored import stored_bodies
from tests.support.factories import make_user
from tests.support.queries import execute


async def test_what_belongs_to_an_account_goes_with_it(resources: Resources) -> None:
    user = await make_user(resources)
    await make_note(resources, user)
    await execute(resources, "DELETE FROM users")
    assert await stored_bodies(resources) == {}


async def test_a_table_that_is_made_anew_keeps_the_rows_that_point_to_it(
    resources: Resources,
) -> None:
    note = await make_note(resources, await make_user(resources))
    async with TortoiseContext() as context:
        await context.init(migration_config(resources.settings))
        # What a migration does that changes or drops a column.
        await SqliteSchemaEditor(context.db())._remake_table(UserRow)
    assert list(await stored_bodies(resources)) == [note.id]
