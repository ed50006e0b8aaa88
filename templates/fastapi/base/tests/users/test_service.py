"""Rules of accounts under concurrency."""

import asyncio

import pytest

from app.auth.permissions import Role
from app.resources import Resources
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.factories import find_user
from tests.support.service import Service

USERS = "/api/v1/users"

# Ways in which an admin goes, by method and body.
DISABLED = ("PATCH", {"is_active": False})
DELETED = ("DELETE", None)


async def _remaining_admins(resources: Resources, *users: User) -> int:
    found = [await find_user(resources, user) for user in users]
    return sum(user is not None and user.role is Role.ADMIN and user.is_active for user in found)


@pytest.mark.parametrize("second", [DISABLED, DELETED])
@pytest.mark.parametrize("first", [DISABLED, DELETED])
@pytest.mark.parametrize(("of_each_other", "refusal"), [(True, 401), (False, 409)])
async def test_of_two_admins_removed_concurrently_one_remains(
    service: Service,
    of_each_other: bool,
    refusal: int,
    first: tuple[str, dict[str, bool] | None],
    second: tuple[str, dict[str, bool] | None],
) -> None:
    async with service.caller(Role.ADMIN) as one, service.caller(Role.ADMIN) as two:
        removed = (two, one) if of_each_other else (one, two)
        async with service.resources.database.transaction() as transaction:
            await UserRepository(transaction).lock_all([one.user.id, two.user.id])
            attempts = []
            for caller, target, (method, body) in zip(
                (one, two), removed, (first, second), strict=True
            ):
                attempt = caller.client.request(method, f"{USERS}/{target.user.id}", json=body)
                attempts.append(asyncio.create_task(attempt))
            await asyncio.sleep(0.1)
            assert not any(attempt.done() for attempt in attempts)
        statuses = sorted([(await attempt).status_code for attempt in attempts])
        assert statuses[0] in {200, 204}
        assert statuses[1] == refusal
        assert await _remaining_admins(service.resources, one.user, two.user) == 1
