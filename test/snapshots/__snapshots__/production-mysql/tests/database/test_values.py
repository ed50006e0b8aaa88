"""What is bound to a statement: refused where it means nothing, and shown by no error."""

import pytest
from tortoise.exceptions import BaseORMException

from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.factories import make_user

SECRET = "hunter2" * 40


async def test_a_time_without_a_zone_is_not_guessed_at(resources: Resources) -> None:
    user = await make_user(resources)
    naive = user.created_at.replace(tzinfo=None)
    async with resources.database.transaction() as transaction:
        with pytest.raises(ValueError, match="without a zone"):
            await UserRepository(transaction).update(user.id, created_at=naive)


async def test_a_text_that_is_too_long_is_refused_and_not_shown(resources: Resources) -> None:
    user = await make_user(resources)
    async with resources.database.transaction() as transaction:
        with pytest.raises(BaseORMException) as raised:
            await UserRepository(transaction).update(user.id, full_name=SECRET)
    assert str(raised.value) == "full_name is missing or longer than 200"
    assert raised.value.__cause__ is None
