"""Keys that are revoked concurrently."""

import asyncio

from app.auth.permissions import Permission, Role
from app.users.repository import UserRepository
from tests.support.service import Service
from tests.support.sign_in import make_key

KEYS = "/api/v1/api-keys"


async def test_two_admins_who_revoke_keys_of_each_other_do_not_wait_for_each_other(
    service: Service,
) -> None:
    resources = service.resources
    async with service.caller(Role.ADMIN) as one, service.caller(Role.ADMIN) as two:
        keys = [
            await make_key(resources, admin.user, Permission.NOTES_READ) for admin in (one, two)
        ]
        async with resources.database.transaction() as transaction:
            await UserRepository(transaction).lock_all([one.user.id, two.user.id])
            attempts = [
                asyncio.create_task(admin.client.delete(f"{KEYS}/{key.id}"))
                for admin, key in zip((two, one), keys, strict=True)
            ]
            await asyncio.sleep(0.1)
            assert not any(attempt.done() for attempt in attempts)
        assert [(await attempt).status_code for attempt in attempts] == [204, 204]
