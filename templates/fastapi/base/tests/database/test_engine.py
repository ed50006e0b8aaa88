"""The pool and its two ways of use."""

import asyncio
import time

import pytest

from app.auth.permissions import Role
from app.resources import Resources
from app.users.repository import UserRepository
from tests.support.factories import find_user, make_user
from tests.support.problems import problem_of
from tests.support.queries import recorded_statements
from tests.support.service import running_service

ONE_CONNECTION = {"database_pool_size": 1, "database_max_overflow": 0, "database_pool_timeout": 1}


async def test_a_request_waits_for_a_connection_and_no_longer_than_the_timeout(
    database_url: str,
) -> None:
    async with (
        running_service(database_url, **ONE_CONNECTION) as service,
        service.caller() as caller,
    ):
        async with service.resources.database.reader() as reader:
            await UserRepository(reader).page(1, None)
            begun = time.monotonic()
            response = await caller.client.get("/api/v1/users/me")
            waited = time.monotonic() - begun
            problem_of(response, 503)
            assert response.headers["retry-after"] == "5"
            assert 0.9 < waited < 3
            assert (await service.client.get("/health/live")).status_code == 200
            assert (await service.client.get("/health/ready")).status_code == 503
        assert (await caller.client.get("/api/v1/users/me")).status_code == 200


async def test_a_connection_that_comes_free_in_time_is_taken(database_url: str) -> None:
    async with (
        running_service(database_url, **ONE_CONNECTION) as service,
        service.caller() as caller,
    ):
        async with service.resources.database.reader() as reader:
            await UserRepository(reader).page(1, None)
            waiting = asyncio.create_task(caller.client.get("/api/v1/users/me"))
            await asyncio.sleep(0.2)
            assert not waiting.done()
        assert (await waiting).status_code == 200


async def test_no_request_keeps_a_connection(database_url: str) -> None:
    async with running_service(database_url, **ONE_CONNECTION) as service:
        async with service.caller(Role.ADMIN) as admin:
            paths = ("/api/v1/users/me", "/api/v1/users", "/api/v1/users/export", "/api/v1/users/x")
            for path in paths * 3:
                assert (await admin.client.get(path)).status_code in {200, 422}
            changed = await admin.client.patch("/api/v1/users/me", json={"full_name": "New"})
            assert changed.status_code == 200
        await service.resources.database.ping()


async def test_a_transaction_is_kept_as_a_whole_or_not_at_all(resources: Resources) -> None:
    user = await make_user(resources, full_name="Before")

    async def change_and_fail() -> None:
        async with resources.database.transaction() as transaction:
            await UserRepository(transaction).update(user.id, full_name="After")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_and_fail()
    assert await find_user(resources, user) == user


async def test_the_caller_is_known_by_one_query(database_url: str) -> None:
    async with running_service(database_url) as service, service.caller() as caller:
        await caller.client.get("/api/v1/users/me")
        with recorded_statements() as statements:
            await caller.client.get("/api/v1/users/me")
    assert len([text for text in statements if not text.startswith("BEGIN")]) == 1
