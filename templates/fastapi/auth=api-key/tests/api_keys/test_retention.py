"""Revoked keys."""

from datetime import timedelta

from app.api_keys.repository import ApiKeyRepository
from app.api_keys.retention import purge_revoked_keys
from app.clock import now
from app.resources import Resources
from tests.support.factories import make_user
from tests.support.service import Caller
from tests.support.sign_in import make_key


async def test_keys_revoked_a_week_ago_are_deleted_and_no_others(resources: Resources) -> None:
    user, at = await make_user(resources), now()
    week, minute = timedelta(days=7), timedelta(minutes=1)
    ages = [timedelta(days=30), week + minute, week - minute, None]
    # Made to last: what is expired goes in any case.
    later = at + timedelta(days=365)
    keys = [await make_key(resources, user, expires_at=later) for _ in ages]
    async with resources.database.transaction() as transaction:
        for key, age in zip(keys, ages, strict=True):
            if age is not None:
                await ApiKeyRepository(transaction).revoke([key.id], at - age)
    counts = []
    for _ in range(3):
        async with resources.database.transaction() as transaction:
            counts.append(await purge_revoked_keys(transaction, resources.settings, 1))
    assert counts == [1, 1, 0]
    async with resources.database.reader() as reader:
        repository = ApiKeyRepository(reader)
        left = [await repository.find(key.id, user.id) is not None for key in keys]
    assert left == [False, False, True, True]


async def test_an_account_keeps_the_last_hundred_revoked_keys(
    user: Caller, resources: Resources
) -> None:
    at = now()
    keys = [await make_key(resources, user.user) for _ in range(102)]
    # The first one was revoked last.
    async with resources.database.transaction() as transaction:
        for age, key in enumerate(keys):
            await ApiKeyRepository(transaction).revoke([key.id], at - timedelta(minutes=age))
    body = {"name": "next", "scopes": ["account:write"]}
    assert (await user.client.post("/api/v1/api-keys", json=body)).status_code == 201
    async with resources.database.reader() as reader:
        repository = ApiKeyRepository(reader)
        left = [await repository.find(key.id, user.user.id) is not None for key in keys]
    assert left == [True] * 100 + [False] * 2
