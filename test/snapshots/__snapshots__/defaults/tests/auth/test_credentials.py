"""Password hashes under concurrency."""

import asyncio

from app.auth.credentials import CredentialRepository
from app.clock import now
from app.resources import Resources
from tests.support.factories import make_user


async def test_a_hash_that_was_found_unchanged_stays_so_until_the_end(
    resources: Resources,
) -> None:
    user = await make_user(resources)
    async with resources.database.transaction() as transaction:
        await CredentialRepository(transaction).set(user.id, "old", now())

    async def change() -> bool:
        async with resources.database.transaction() as transaction:
            return await CredentialRepository(transaction).rehash(user.id, "old", "new")

    async with resources.database.transaction() as transaction:
        credentials = CredentialRepository(transaction)
        assert not await credentials.lock_unchanged(user.id, "other")
        assert await credentials.lock_unchanged(user.id, "old")
        rival = asyncio.create_task(change())
        await asyncio.sleep(0.05)
        assert not rival.done()
    assert await rival
    async with resources.database.transaction() as transaction:
        assert not await CredentialRepository(transaction).lock_unchanged(user.id, "old")
