"""Bounds on one request: its bytes, its encoding, its time."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from app.errors import NotFound
from app.users.repository import UserRepository
from tests.support.problems import problem_of
from tests.support.service import Caller, Service, running_service

ME = "/api/v1/users/me"
LIMIT = 2_048
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def tight(database_url: str) -> AsyncIterator[Service]:
    async with running_service(database_url, max_body_bytes=LIMIT) as service:
        yield service


@pytest.fixture
async def hasty(database_url: str) -> AsyncIterator[Service]:
    async with running_service(database_url, request_timeout_seconds=1) as service:
        yield service


def _body(size: int) -> bytes:
    """Make a body that the route takes and that is exactly so long."""
    frame = b'{"full_name":"New"}'
    return frame[:-1] + b" " * (size - len(frame)) + frame[-1:]


async def _in_time(answer: Coroutine[Any, Any, httpx2.Response]) -> httpx2.Response:
    task = asyncio.create_task(answer)
    done, _ = await asyncio.wait([task], timeout=5)
    if not done:
        task.cancel()
    assert done, "no answer within 5 seconds"
    return await task


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 500):
        yield content[start : start + 500]


async def test_a_body_of_the_longest_size_is_taken(tight: Service) -> None:
    async with tight.caller() as caller:
        for content in (_body(LIMIT), _chunks(_body(LIMIT))):
            response = await caller.client.patch(ME, content=content, headers=JSON)
            assert response.status_code == 200


async def test_a_body_over_the_limit_is_refused_with_and_without_content_length(
    tight: Service,
) -> None:
    async with tight.caller() as caller:
        declared = await caller.client.patch(ME, content=_body(LIMIT + 1), headers=JSON)
        chunked = await caller.client.patch(ME, content=_chunks(_body(LIMIT + 1)), headers=JSON)
        assert "content-length" not in chunked.request.headers
        problem_of(declared, 413)
        problem_of(chunked, 413)
        assert (await caller.client.get(ME)).json()["full_name"] == caller.user.full_name


async def test_a_body_that_is_too_long_is_refused_before_it_is_read(tight: Service) -> None:
    received = await _call(tight.app, [b"x"], [(b"content-length", str(LIMIT + 1).encode())])
    assert received == (413, 0)


async def test_no_more_than_the_limit_is_read(tight: Service) -> None:
    status, reads = await _call(tight.app, [b"x" * 1_024] * 1_000)
    assert (status, reads) == (413, 3)


async def test_a_length_that_is_a_lie_changes_nothing(tight: Service) -> None:
    status, _ = await _call(tight.app, [b"x" * 1_024] * 10, [(b"content-length", b"1")])
    assert status == 413


async def test_a_length_that_is_no_number_is_refused(tight: Service) -> None:
    for length in (b"x", b"-1", b"+1", b"1.0", b"0x1", b"1_0", b" ", b"\xb2", b"9" * 30):
        assert await _call(tight.app, [], [(b"content-length", length)]) == (400, 0)


async def test_the_limit_holds_on_every_route_that_has_a_body(tight: Service) -> None:
    for path in ("/health/live", "/nowhere", "/api/v1/users/me"):
        response = await tight.client.request("GET", path, content=b"x" * (LIMIT + 1))
        problem_of(response, 413)


async def test_compressed_bodies_are_refused(client: httpx2.AsyncClient) -> None:
    for encoding in ("gzip", "deflate", "br", "zstd", "identity, gzip", "x"):
        headers = {**JSON, "Content-Encoding": encoding}
        problem_of(await client.patch(ME, content=b"x", headers=headers), 415)


async def test_a_body_that_says_it_is_not_compressed_is_taken(user: Caller) -> None:
    headers = {**JSON, "Content-Encoding": "Identity"}
    response = await user.client.patch(ME, content=_body(100), headers=headers)
    assert response.status_code == 200


async def test_an_answer_that_does_not_begin_in_time_is_given_up(hasty: Service) -> None:
    ended = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("slow")

    hasty.app.add_api_route("/slow", slow)
    late = await _in_time(hasty.client.get("/slow"))
    problem_of(late, 503)
    assert late.headers["retry-after"] == "5"
    assert ended == ["slow"]


async def test_an_answer_to_being_given_up_is_an_answer(hasty: Service) -> None:
    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise NotFound from None

    hasty.app.add_api_route("/slow", slow)
    problem_of(await hasty.client.get("/slow"), 404)


async def test_a_body_that_arrives_too_slowly_is_aborted(hasty: Service) -> None:
    async def dribble() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.1)

    answer = hasty.client.patch(ME, content=dribble(), headers=JSON)
    problem_of(await _in_time(answer), 503)


async def test_an_answer_that_has_begun_may_take_its_time(hasty: Service) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b"first "
        await asyncio.sleep(1.2)
        yield b"last"

    async def route() -> StreamingResponse:
        return StreamingResponse(slowly())

    hasty.app.add_api_route("/stream", route)
    assert (await hasty.client.get("/stream")).text == "first last"


async def test_changes_made_before_a_timeout_are_rolled_back(
    hasty: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = UserRepository.update

    async def update_slowly(*arguments: Any, **changes: Any) -> None:
        await update(*arguments, **changes)
        await asyncio.sleep(60)

    async with hasty.caller() as caller:
        with monkeypatch.context() as patch:
            patch.setattr(UserRepository, "update", update_slowly)
            problem_of(await caller.client.patch(ME, json={"full_name": "New"}), 503)
        assert (await caller.client.get(ME)).json()["full_name"] == caller.user.full_name


async def _call(
    app: FastAPI, chunks: list[bytes], headers: list[tuple[bytes, bytes]] | None = None
) -> tuple[int, int]:
    """Send a body chunk by chunk; returns the status, and how many chunks were read."""
    statuses: list[int] = []
    reads = 0

    def messages() -> Iterator[dict[str, Any]]:
        for chunk in chunks:
            yield {"type": "http.request", "body": chunk, "more_body": True}
        yield {"type": "http.request", "body": b"", "more_body": False}

    source = messages()

    async def receive() -> dict[str, Any]:
        nonlocal reads
        reads += 1
        return next(source)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    base = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "PATCH",
        "scheme": "http",
        "path": ME,
        "raw_path": ME.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": base + (headers or []),
        "client": ("192.0.2.1", 1),
        "server": ("localhost", 80),
    }
    await app(scope, receive, send)
    [status] = statuses
    return status, reads
