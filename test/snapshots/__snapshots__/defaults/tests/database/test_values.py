"""What is bound to a statement: refused where it means nothing, and shown by no error."""

import pytest
from sqlalchemy.exc import StatementError

from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.factories import make_user


async def test_a_time_without_a_zone_is_not_guessed_at(resources: Resources) -> None:
    user = await make_user(resources)
    naive = user.created_at.replace(tzinfo=None)
    async with resources.database.transaction() as transaction:
        with pytest.raises(StatementError, match="without a zone"):
            await UserRepository(transaction).update(user.id, created_at=naive)


async def test_an_error_shows_the_statement_and_none_of_its_values(resources: Resources) -> None:
    user = await make_user(resources)
    async with resources.database.transaction() as transaction:
        with pytest.raises(StatementError) as raised:
            await UserRepository(transaction).update(user.id, email=None, full_name="hunter2")
    assert "UPDATE users" in str(raised.value)
    assert "hunter2" not in str(raised.value)
