"""Rules of accounts under concurrency."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.auth.permissions import Role
from app.database.transaction import Transaction
from app.errors import Conflict
from app.resources import Resources
from app.users import service
from app.users.model import User
from tests.support.factories import find_user, make_user

Removal = Callable[[Transaction, User, User], Awaitable[None]]


async def _demote(transaction: Transaction, actor: User, user: User) -> None:
    await service.update(transaction, actor, user.id, {"role": Role.USER})


async def _disable(transaction: Transaction, actor: User, user: User) -> None:
    await service.update(transaction, actor, user.id, {"is_active": False})


async def _delete(transaction: Transaction, actor: User, user: User) -> None:
    await service.delete(transaction, actor, user.id)


async def _remaining_admins(resources: Resources, *users: User) -> int:
    found = [await find_user(resources, user) for user in users]
    return sum(user is not None and user.role is Role.ADMIN and user.is_active for user in found)


@pytest.mark.parametrize("second", [_demote, _disable, _delete])
@pytest.mark.parametrize("first", [_demote, _disable, _delete])
async def test_of_two_admins_who_remove_each_other_at_once_one_stays(
    resources: Resources, first: Removal, second: Removal
) -> None:
    one, two = [await make_user(resources, Role.ADMIN) for _ in range(2)]

    async def rival() -> None:
        async with resources.database.transaction() as transaction:
            await second(transaction, two, one)

    async with resources.database.transaction() as transaction:
        await first(transaction, one, two)
        rivalry = asyncio.create_task(rival())
        await asyncio.sleep(0.05)
        assert not rivalry.done()
    with pytest.raises(Conflict):
        await rivalry
    assert await _remaining_admins(resources, one, two) == 1
