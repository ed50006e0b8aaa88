"""A range service of breached passwords: its requests and responses."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from app.auth import breaches
from tests.support.problems import problem_of
from tests.support.service import Service, running_service

PASSWORD = "a passphrase that was breached"
DIGEST = hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).hexdigest().upper()
OTHERS = [f"{number:035X}:{number}" for number in range(1, 4)]


@dataclass
class RangeService:
    """A service of the tests: what it is asked, and how it answers."""

    body: bytes = b""
    status: int = 200
    delay: float = 0.01
    pause: float = 0.0
    requests: list[str] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    answers: list[asyncio.Task[Any] | None] = field(default_factory=list)
    url: str = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.answers.append(asyncio.current_task())
        self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
        self.asked.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), self.delay)
        head = f"HTTP/1.1 {self.status} X\r\nContent-Length: {len(self.body)}\r\n"
        more = f"Location: {self.url}/moved\r\n" if self.status == 302 else ""
        writer.write(f"{head}{more}Connection: close\r\n\r\n".encode())
        with suppress(ConnectionError):
            for part in self.body.splitlines(keepends=True) if self.pause else [self.body]:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(self.pause)
            writer.close()
            await writer.wait_closed()

    def lists(self, *lines: str) -> None:
        self.body = "\r\n".join([*OTHERS, *lines]).encode()


@pytest.fixture
async def ranges() -> AsyncIterator[RangeService]:
    service = RangeService()
    server = await asyncio.start_server(service.answer, "127.0.0.1")
    service.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/range"
    yield service
    server.close()
    service.closing.set()
    await asyncio.gather(*filter(None, service.answers))


@asynccontextmanager
async def asking(
    database_url: str, ranges: RangeService, **settings: Any
) -> AsyncIterator[Service]:
    async with running_service(database_url, password_breach_url=ranges.url, **settings) as service:
        yield service


async def register(service: Service, email: str = "ann@example.com") -> httpx2.Response:
    body = {"email": email, "password": PASSWORD, "full_name": "Ann"}
    return await service.client.post("/api/v1/auth/register", json=body)


async def test_a_breached_password_is_refused_and_only_a_prefix_is_sent(
    database_url: str, ranges: RangeService
) -> None:
    ranges.lists(f"{DIGEST[5:]}:42")
    async with asking(database_url, ranges) as service:
        answer = await register(service)
    (error,) = problem_of(answer, 422)["errors"]
    assert error["field"] == "password"
    assert "breach" in error["message"]
    assert PASSWORD not in answer.text
    (request,) = ranges.requests
    assert request.startswith(f"GET /range/{DIGEST[:5]} HTTP/1.1\r\n")
    assert "\r\nadd-padding: true\r\n" in request.lower()
    assert DIGEST[5:] not in request


async def test_no_fraction_of_the_hash_is_logged(
    database_url: str, ranges: RangeService, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("httpx2").setLevel(logging.NOTSET)
    async with asking(database_url, ranges) as service:
        await register(service)
    assert len(ranges.requests) == 1
    logged = capsys.readouterr().out
    assert "/api/v1/auth/register" in logged
    assert f"/range/{DIGEST[:5]}" not in logged


@pytest.mark.parametrize("lines", [[], [f"{DIGEST[5:]}:0"]], ids=["not listed", "padding"])
async def test_any_other_password_is_taken(
    database_url: str, ranges: RangeService, lines: list[str]
) -> None:
    ranges.lists(*lines)
    async with asking(database_url, ranges) as service:
        assert (await register(service)).status_code == 202
    assert len(ranges.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"delay": 60.0},
        {"status": 503},
        {"status": 302},
        {"body": b"<html>"},
        {"body": b"\xff\xfe"},
        {"body": f"{DIGEST[5:]}:42\r\n".encode() * 20_000},
        {"body": f"{DIGEST[5:]}:42\r\n".encode() * 10, "pause": 0.05},
    ],
    ids=["silent", "failing", "redirecting", "no list", "no text", "endless", "dripping"],
)
async def test_a_failed_look_up_is_logged_and_accepts_the_password(
    database_url: str,
    ranges: RangeService,
    monkeypatch: pytest.MonkeyPatch,
    answer: dict[str, Any],
) -> None:
    monkeypatch.setattr(breaches, "_SECONDS", 0.2)
    vars(ranges).update(answer)
    async with asking(database_url, ranges) as service:
        with capture_logs() as logs:
            assert (await register(service)).status_code == 202
    failed = [line for line in logs if line["event"] == "password.breach_check.failed"]
    assert len(failed) == 1
    assert DIGEST[:5] not in str(failed)
    assert len(ranges.requests) == 1


async def test_an_unreachable_service_blocks_no_password(
    database_url: str, ranges: RangeService
) -> None:
    ranges.url = "http://127.0.0.1:9/range"
    async with asking(database_url, ranges) as service:
        assert (await register(service)).status_code == 202


async def test_no_connection_to_the_database_is_held_meanwhile(
    database_url: str, ranges: RangeService
) -> None:
    ranges.delay = 1.0
    one = {"database_pool_size": 1, "database_max_overflow": 0, "database_pool_timeout": 1}
    async with asking(database_url, ranges, **one) as service:
        waiting = asyncio.create_task(register(service))
        await ranges.asked.wait()
        ready = await service.client.get("/health/ready")
        assert ready.status_code == 200
        assert not waiting.done()
        assert (await waiting).status_code == 202


async def test_nobody_is_asked_unless_a_service_is_named(
    database_url: str, ranges: RangeService
) -> None:
    async with running_service(database_url) as service:
        assert (await register(service)).status_code == 202
    assert ranges.requests == []
