"""How keys end: for whom, by whom, and concurrently."""

import asyncio
from dataclasses import replace

from app.auth.permissions import Permission, Role
from app.auth.principal import Principal
from app.auth.revocation import has_ended
from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.queries import audit_events
from tests.support.service import Caller, Service
from tests.support.sign_in import make_key

KEYS = "/api/v1/api-keys"
USERS = "/api/v1/users"


async def test_a_key_that_was_narrowed_counts_no_more_as_what_it_was(
    user: Caller, resources: Resources
) -> None:
    key = await make_key(resources, user.user, Permission.ACCOUNT_WRITE)
    principal = Principal(user.user, key.id, frozenset(key.scopes))
    wider = replace(principal, scopes=frozenset(Permission))
    async with resources.database.transaction() as transaction:
        assert not await has_ended(transaction, principal)
        assert await has_ended(transaction, wider)


async def test_the_end_of_a_deleted_accounts_keys_names_who_deleted_it(
    service: Service, user: Caller, admin: Caller
) -> None:
    assert (await admin.client.delete(f"{USERS}/{user.user.id}")).status_code == 204
    events = await audit_events(service.resources, "api_key.revoked", subject_id=user.user.id)
    assert [event.actor_id for event in events] == [admin.user.id]


async def test_two_admins_who_revoke_keys_of_each_other_do_not_wait_for_each_other(
    service: Service,
) -> None:
    resources = service.resources
    async with service.caller(Role.ADMIN) as one, service.caller(Role.ADMIN) as two:
        keys = [
            await make_key(resources, admin.user, Permission.USERS_READ) for admin in (one, two)
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
