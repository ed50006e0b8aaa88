"""Tokens that wait for the lock of their account while something happens to it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
import time_machine
from fastapi.security import HTTPAuthorizationCredentials

from app.auth.authenticator import authenticate
from app.auth.identities import IdentityRepository
from app.auth.permissions import Permission
from app.auth.recheck import recheck
from app.auth.revocation import revoke_access
from app.clock import now
from app.database.transaction import Transaction
from app.errors import Forbidden
from app.users.repository import UserRepository
from tests.support.problems import problem_of
from tests.support.provider import Provider
from tests.support.queries import audit_events
from tests.support.service import Service, running_service
from tests.support.trusting import ADMIN, USERS, aged, call, me


async def statuses_behind(
    service: Service,
    user_id: UUID,
    calls: list[Awaitable[httpx2.Response]],
    work: Callable[[Transaction], Awaitable[object]],
) -> list[int]:
    """Do something to an account that these calls wait for; returns their statuses."""
    async with service.resources.database.transaction() as transaction:
        await UserRepository(transaction).lock(user_id)
        waiting = [asyncio.ensure_future(call) for call in calls]
        # Until they are at the database, where they have to wait.
        await asyncio.sleep(0.2)
        assert not any(call.done() for call in waiting)
        await work(transaction)
    return [(await call).status_code for call in waiting]


async def test_a_newer_token_that_waits_while_access_is_ended_is_refused(
    trusting: Service, provider: Provider
) -> None:
    user_id = UUID((await me(trusting, aged(provider, 50)))["id"])
    newer = aged(provider, 40, **ADMIN)
    calls = [
        call(trusting, newer),
        call(trusting, newer, "PATCH", json={"full_name": "New"}),
    ]
    statuses = await statuses_behind(
        trusting, user_id, [*calls], lambda transaction: revoke_access(transaction, user_id)
    )
    assert statuses == [401, 401]
    assert await audit_events(trusting.resources, "user.role.changed", subject_id=user_id) == []


async def test_a_token_without_a_role_takes_back_no_end_of_access_that_it_waited_for(
    database_url: str, provider: Provider
) -> None:
    async with running_service(
        database_url, oidc_issuer=provider.issuer, oidc_role_mapping="user=api-users"
    ) as service:
        stolen = aged(provider, 100, roles=["api-users"])
        user_id = UUID((await me(service, stolen))["id"])
        await statuses_behind(
            service,
            user_id,
            [call(service, aged(provider, 140))],
            lambda transaction: revoke_access(transaction, user_id),
        )
        problem_of(await call(service, stolen), 401)


async def test_a_subject_that_is_barred_while_its_request_waits_begins_no_account(
    trusting: Service, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = provider.token("boss", **ADMIN)
    path = f"{USERS}/{(await me(trusting, provider.token('a')))['id']}"
    assert (await call(trusting, admin, "DELETE", path)).status_code == 204
    find = IdentityRepository.find
    looks: list[str] = []

    async def once_unknown(self: IdentityRepository, issuer: str, subject: str) -> Any:
        looks.append(subject)
        # As it was when the request came.
        return None if len(looks) == 1 else await find(self, issuer, subject)

    with time_machine.travel(now() + timedelta(seconds=60)):
        monkeypatch.setattr(IdentityRepository, "find", once_unknown)
        problem_of(await call(trusting, provider.token("a")), 401)
        assert len((await call(trusting, admin, path=USERS)).json()["items"]) == 1


async def test_an_older_token_does_not_gain_the_role_of_a_newer_one(
    trusting: Service, provider: Provider
) -> None:
    older = aged(provider, 50)
    await call(trusting, older)
    await call(trusting, aged(provider, 40, **ADMIN))
    credential = HTTPAuthorizationCredentials(scheme="Bearer", credentials=older)
    principal = await authenticate(credential, trusting.resources)
    assert principal is not None
    async with trusting.resources.database.transaction() as transaction:
        await recheck(transaction, principal, Permission.ACCOUNT_WRITE)
        with pytest.raises(Forbidden):
            await recheck(transaction, principal, Permission.USERS_WRITE)
