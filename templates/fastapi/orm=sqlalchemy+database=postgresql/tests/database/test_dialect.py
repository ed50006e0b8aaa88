"""What PostgreSQL needs to be told."""

import asyncio

import pytest
from sqlalchemy import text

from app.database import idle
from app.resources import Resources
from tests.support.operator import end_connections
from tests.support.problems import problem_of
from tests.support.service import Service


async def test_a_deadlock_passes_and_is_no_crash(service: Service) -> None:
    async def deadlock() -> None:
        keys = [(1, 2), (2, 1)]
        both = asyncio.Barrier(2)

        async def lock(first: int, second: int) -> None:
            async with service.resources.database.transaction() as transaction:
                statement = text("SELECT pg_advisory_xact_lock(:key)")
                await transaction.execute(statement, {"key": first})
                await both.wait()
                await transaction.execute(statement, {"key": second})

        results = await asyncio.gather(*(lock(*pair) for pair in keys), return_exceptions=True)
        [error] = [result for result in results if isinstance(result, Exception)]
        raise error

    service.app.add_api_route("/deadlock", deadlock)
    problem_of(await service.client.get("/deadlock"), 503)


async def test_a_connection_that_was_idle_is_tried_before_it_is_used(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "_IDLE_SECONDS_BEFORE_PING", 0.0)
    await resources.database.ping()
    assert await end_connections(resources.settings.database_url.get_secret_value()) >= 1
    await resources.database.ping()


async def test_a_cancelled_request_stays_cancelled(resources: Resources) -> None:
    async def wait() -> None:
        async with resources.database.reader() as reader:
            await reader.execute(text("SELECT pg_sleep(60)"))

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await resources.database.ping()
