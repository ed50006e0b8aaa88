"""The server is away, silent or restarting: 503, and all is well again when it is back."""

import asyncio
import re
import time
from collections.abc import AsyncIterator

import httpx2
import pytest

from app.__main__ import main
from tests.support.database import DEFAULT_PORT, NO_DATABASE, SCHEME
from tests.support.environment import ENVIRONMENT
from tests.support.line import Line
from tests.support.operator import end_connections, end_waiting, locked_table, refusing_connections
from tests.support.problems import problem_of
from tests.support.queries import execute
from tests.support.server import free_port
from tests.support.service import Caller, Service, running_service

ME = "/api/v1/users/me"


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    line = Line(database_url, DEFAULT_PORT)
    await line.restore()
    yield line
    await line.cut()


@pytest.fixture
async def service(line: Line) -> AsyncIterator[Service]:
    settings = {"request_timeout_seconds": 2, "database_pool_timeout": 1}
    async with running_service(line.url, **settings) as service:
        yield service


async def _recovers(client: httpx2.AsyncClient) -> None:
    """Wait until an answer comes back; every other one has to be a 503 until then."""
    deadline = time.monotonic() + 10
    while (response := await client.get(ME)).status_code != 200:
        problem_of(response, 503)
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_a_server_that_is_away_is_an_outage_and_coming_back_ends_it(
    service: Service, user: Caller, line: Line
) -> None:
    assert (await user.client.get(ME)).status_code == 200
    await line.cut()
    for _ in range(3):
        response = await user.client.get(ME)
        problem_of(response, 503)
        assert response.headers["retry-after"] == "5"
        assert "127.0.0.1" not in response.text
        problem_of(await user.client.patch(ME, json={"full_name": "New"}), 503)
    ready = await service.client.get("/health/ready")
    assert (ready.status_code, ready.json()["checks"]["database"]) == (503, "unavailable")
    assert (await service.client.get("/health/live")).status_code == 200
    await line.restore()
    await _recovers(user.client)
    assert (await service.client.get("/health/ready")).status_code == 200
    assert (await user.client.patch(ME, json={"full_name": "New"})).status_code == 200


async def test_connections_that_an_operator_ends_are_replaced(
    user: Caller, database_url: str
) -> None:
    await asyncio.gather(*(user.client.get(ME) for _ in range(5)))
    assert await end_connections(database_url) >= 1
    await _recovers(user.client)
    assert {(await user.client.get(ME)).status_code for _ in range(10)} == {200}


async def test_a_statement_that_an_operator_ends_is_an_outage(
    user: Caller, database_url: str
) -> None:
    async with locked_table(database_url, "users"):
        waiting = asyncio.create_task(user.client.get(ME))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        assert await end_waiting(database_url) == 1
        problem_of(await waiting, 503)
    assert (await user.client.get(ME)).status_code == 200


async def test_a_server_that_refuses_connections_is_an_outage(
    user: Caller, database_url: str
) -> None:
    async with refusing_connections(database_url):
        await end_connections(database_url)
        for _ in range(3):
            problem_of(await user.client.get(ME), 503)
    await _recovers(user.client)


async def test_a_mistake_in_a_statement_is_a_crash_and_no_outage(service: Service) -> None:
    async def mistake() -> None:
        await execute(service.resources, "SELECT no_such_column FROM users")

    service.app.add_api_route("/mistake", mistake)
    response = await service.client.get("/mistake")
    problem_of(response, 500)
    assert "no_such_column" not in response.text


async def test_a_silent_server_delays_requests_briefly(user: Caller, line: Line) -> None:
    line.silence()
    begun = time.monotonic()
    responses = await asyncio.gather(*(user.client.get(ME) for _ in range(3)))
    assert time.monotonic() - begun < 8
    for response in responses:
        problem_of(response, 503)
    await line.restore()
    await _recovers(user.client)


def test_migrating_without_a_server_fails_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"{SCHEME}://owner:hunter2@127.0.0.1:{free_port()}/nowhere"
    for name, value in {**ENVIRONMENT, "DATABASE_URL": url}.items():
        monkeypatch.setenv(name, value)
    assert main(["migrate"]) == 1
    said = capsys.readouterr().err
    assert re.fullmatch("Migration failed: .*([Cc]onnect call failed|refused).*\n", said)
    assert "hunter2" not in said


@pytest.mark.parametrize("command", ["migrate", "purge", "reencrypt"])
def test_a_database_that_does_not_exist_is_named(
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    for name, value in {**ENVIRONMENT, "DATABASE_URL": f"{database_url}_nowhere"}.items():
        monkeypatch.setenv(name, value)
    assert main([command]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert re.search(NO_DATABASE, line)
