"""The server is away, silent or restarting: 503, and all is well again when it is back."""

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]
import httpx2
import pytest

from tests.support.problems import problem_of
from tests.support.service import Caller, Service, running_service

ME = "/api/v1/users/me"


class Line:
    """A line to the server that can be cut, or go silent."""

    def __init__(self, database_url: str) -> None:
        self._target = urlsplit(database_url)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port = 0
        self._flows = asyncio.Event()
        self._flows.set()

    @property
    def url(self) -> str:
        user = self._target.netloc.rpartition("@")[0]
        return self._target._replace(netloc=f"{user}@127.0.0.1:{self._port}").geturl()

    async def restore(self) -> None:
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._connect, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def silence(self) -> None:
        self._flows.clear()

    async def _connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        host, port = self._target.hostname or "127.0.0.1", self._target.port or 5432
        far, forth = await asyncio.open_connection(host, port)
        for reader, writer in ((near, forth), (far, back)):
            task = asyncio.create_task(self._pass_on(reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                await self._flows.wait()
                writer.write(data)
        except OSError:
            pass
        finally:
            writer.transport.abort()


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    line = Line(database_url)
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
        problem_of(await user.client.post("/api/v1/notes", json={"title": "t"}), 503)
    ready = await service.client.get("/health/ready")
    assert (ready.status_code, ready.json()["checks"]["database"]) == (503, "unavailable")
    assert (await service.client.get("/health/live")).status_code == 200
    await line.restore()
    await _recovers(user.client)
    assert (await service.client.get("/health/ready")).status_code == 200
    assert (await user.client.post("/api/v1/notes", json={"title": "t"})).status_code == 201


async def test_connections_that_an_operator_ends_are_replaced(
    user: Caller, database_url: str
) -> None:
    await asyncio.gather(*(user.client.get(ME) for _ in range(5)))
    await _on_the_server(database_url, _TERMINATE)
    await _recovers(user.client)
    assert {(await user.client.get(ME)).status_code for _ in range(10)} == {200}


async def test_a_statement_that_an_operator_ends_is_an_outage(
    user: Caller, database_url: str
) -> None:
    blocker = await asyncpg.connect(database_url)
    try:
        await blocker.execute("BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE")
        waiting = asyncio.create_task(user.client.get("/api/v1/notes"))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        await _on_the_server(database_url, f"{_TERMINATE} AND wait_event_type = 'Lock'")
        problem_of(await waiting, 503)
    finally:
        await blocker.close()
    assert (await user.client.get("/api/v1/notes")).status_code == 200


async def test_a_server_that_refuses_connections_is_an_outage(
    user: Caller, database_url: str
) -> None:
    name = urlsplit(database_url).path.strip("/")
    server = urlsplit(database_url)._replace(path="/postgres").geturl()
    await _on_the_server(server, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    try:
        await _on_the_server(server, _TERMINATE.replace("current_database()", f"'{name}'"))
        for _ in range(3):
            problem_of(await user.client.get(ME), 503)
    finally:
        await _on_the_server(server, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    await _recovers(user.client)


async def test_a_server_that_has_gone_silent_holds_nobody_for_long(
    user: Caller, line: Line
) -> None:
    line.silence()
    begun = time.monotonic()
    responses = await asyncio.gather(*(user.client.get(ME) for _ in range(3)))
    assert time.monotonic() - begun < 8
    for response in responses:
        problem_of(response, 503)
    await line.restore()
    await _recovers(user.client)


_TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def _on_the_server(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
