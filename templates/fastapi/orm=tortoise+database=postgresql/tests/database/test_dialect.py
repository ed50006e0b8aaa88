"""What PostgreSQL needs to be told."""

import asyncio
from typing import Any

import pytest

from app.database.engine import UNUSABLE
from app.resources import Resources
from tests.support.factories import make_user
from tests.support.problems import problem_of
from tests.support.service import Caller, Service

SLEEP = "SELECT pg_sleep(60)"


async def test_a_deadlock_passes_and_is_no_crash(service: Service) -> None:
    async def deadlock() -> None:
        keys = [(1, 2), (2, 1)]
        both = asyncio.Barrier(2)

        async def lock(first: int, second: int) -> None:
            async with service.resources.database.transaction() as transaction:
                await transaction.run("SELECT pg_advisory_xact_lock($1)", [first])
                await both.wait()
                await transaction.run("SELECT pg_advisory_xact_lock($1)", [second])

        results = await asyncio.gather(*(lock(*pair) for pair in keys), return_exceptions=True)
        [error] = [result for result in results if isinstance(result, Exception)]
        raise error

    service.app.add_api_route("/deadlock", deadlock)
    problem_of(await service.client.get("/deadlock"), 503)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE users SET email = NULL, full_name = $1", ["hunter2"]),
        ("UPDATE users SET full_name = $1", ["hunter2" * 40]),
        ("UPDATE users SET is_active = $1", ["hunter2"]),
        ("SELECT CAST($1::text AS uuid)", ["hunter2"]),
    ],
)
async def test_an_error_shows_the_statement_and_none_of_its_values(
    resources: Resources, statement: str, values: list[Any]
) -> None:
    await make_user(resources)
    async with resources.database.transaction() as transaction:
        with pytest.raises(UNUSABLE) as raised:
            await transaction.run(statement, values)
    assert statement in str(raised.value)
    assert "hunter2" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


async def test_who_is_calling_costs_one_round_trip(user: Caller, service: Service) -> None:
    await user.client.get("/api/v1/users/me")
    [connection] = service.resources.database._pool._idle
    sent: list[str] = []
    connection._driver.add_query_logger(lambda query: sent.append(query.query))  # type: ignore[attr-defined]
    assert (await user.client.get("/api/v1/users/me")).status_code == 200
    await asyncio.sleep(0)
    assert len(sent) == 1


async def test_a_cancelled_request_stays_cancelled(resources: Resources) -> None:
    async def wait() -> None:
        async with resources.database.transaction() as transaction:
            await transaction.run(SLEEP)

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await resources.database.ping()
    await asyncio.gather(*resources.database._pool._closing)
    async with resources.database.reader() as reader:
        query = "SELECT pid FROM pg_stat_activity WHERE query = $1 AND state = 'active'"
        assert (await reader.run(query, [SLEEP]))[0] == 0
