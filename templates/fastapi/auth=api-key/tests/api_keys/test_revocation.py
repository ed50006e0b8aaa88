"""How keys end: for whom, by whom, and concurrently."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx2
import pytest

from app.api_keys.repository import ApiKeyRepository
from app.auth.authenticator import HEADER
from app.auth.permissions import Permission, Role
from app.auth.principal import Principal
from app.auth.revocation import has_ended
from app.clock import now
from app.resources import Resources
from app.users.model import User
from app.users.repository import UserRepository
from tests.support.problems import problem_of
from tests.support.queries import audit_events, recorded_statements
from tests.support.service import Caller, Service
from tests.support.sign_in import make_key

KEYS = "/api/v1/api-keys"
ME = "/api/v1/users/me"
USERS = "/api/v1/users"

End = Callable[[Caller, User], Awaitable[httpx2.Response]]


async def delete(admin: Caller, user: User) -> httpx2.Response:
    return await admin.client.delete(f"{USERS}/{user.id}")


async def disable(admin: Caller, user: User) -> httpx2.Response:
    return await admin.client.patch(f"{USERS}/{user.id}", json={"is_active": False})


async def sign_out(admin: Caller, user: User) -> httpx2.Response:
    return await admin.client.delete(f"{USERS}/{user.id}/sessions")


ENDS = [delete, disable, sign_out]


async def test_a_key_that_was_narrowed_counts_no_more_as_what_it_was(
    user: Caller, resources: Resources
) -> None:
    key = await make_key(resources, user.user, Permission.ACCOUNT_WRITE)
    principal = Principal(user.user, key.id, frozenset(key.scopes))
    wider = replace(principal, scopes=frozenset(Permission))
    async with resources.database.transaction() as transaction:
        assert not await has_ended(transaction, principal)
        assert await has_ended(transaction, wider)


@pytest.mark.parametrize("end", ENDS)
async def test_the_end_of_an_accounts_keys_names_who_caused_it(
    service: Service, user: Caller, admin: Caller, end: End
) -> None:
    assert (await end(admin, user.user)).is_success
    events = await audit_events(service.resources, "api_key.revoked", subject_id=user.user.id)
    assert [event.actor_id for event in events] == [admin.user.id]


@pytest.mark.parametrize("end", ENDS)
async def test_the_end_of_an_accounts_keys_is_that_of_the_keys_created_with_them(
    service: Service, user: Caller, admin: Caller, end: End
) -> None:
    async with service.caller(Role.ADMIN) as thief:
        gift = {"name": "gift", "scopes": ["account:write"], "user_id": str(user.user.id)}
        key = (await thief.client.post(KEYS, json=gift)).json()["key"]
        assert (await service.client.get(ME, headers={HEADER: key})).status_code == 200
        assert (await end(admin, thief.user)).is_success
    problem_of(await service.client.get(ME, headers={HEADER: key}), 401)
    assert (await user.client.get(ME)).status_code == 200


@pytest.mark.parametrize("end", ENDS)
async def test_revoked_keys_add_nothing_to_the_end_of_an_accounts_access(
    service: Service, user: Caller, admin: Caller, end: End
) -> None:
    async with service.caller() as other:
        keys = [(await make_key(service.resources, other.user)).id for _ in range(100)]
        async with service.resources.database.transaction() as transaction:
            await ApiKeyRepository(transaction).revoke(keys, now())
        sizes = []
        for caller in (user, other):
            with recorded_statements() as statements:
                assert (await end(admin, caller.user)).is_success
            sizes.append([len(statement) for statement in statements])
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("end", ENDS)
async def test_the_end_of_an_accounts_keys_waits_while_it_keeps_nobody_waiting(
    service: Service, user: Caller, admin: Caller, end: End
) -> None:
    async with service.caller(Role.ADMIN) as thief:
        gift = {"name": "gift", "scopes": ["account:write"], "user_id": str(user.user.id)}
        assert (await thief.client.post(KEYS, json=gift)).status_code == 201
        async with service.resources.database.transaction() as transaction:
            # As one who makes another key does: the older account first.
            users = UserRepository(transaction)
            await users.lock(user.user.id)
            attempt = asyncio.ensure_future(end(admin, thief.user))
            await asyncio.sleep(0.2)
            assert not attempt.done()
            await users.lock(thief.user.id)
        assert (await attempt).is_success


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
