"""Notes go with their account."""

from sqlalchemy import text

from app.resources import Resources
from tests.notes.factories import make_note
from tests.notes.stored import stored_bodies
from tests.support.factories import make_user


async def test_what_belongs_to_an_account_goes_with_it(resources: Resources) -> None:
    user = await make_user(resources)
    await make_note(resources, user)
    async with resources.database.transaction() as transaction:
        await transaction.execute(text("DELETE FROM users"))
    assert await stored_bodies(resources) == {}
