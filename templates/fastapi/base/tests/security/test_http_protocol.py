"""HTTP before the application sees it, over real sockets."""

import asyncio
import gc
import json
import socket
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from app.security.headers import security_headers
from app.security.http_protocol import HttpProtocol
from app.settings import Settings
from tests.support.server import read_until, served
from tests.support.service import settings_for

LIMIT = 4_096
# More than the system keeps for a client.
LONG = 16_777_216
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def settings(migrated_url: str) -> Settings:
    bounds = {"max_header_bytes": LIMIT, "request_timeout_seconds": 1}
    return settings_for(migrated_url, behave_as="production", **bounds)


# The ports of clients whose connections have ended.
_lost: set[int] = set()
_open: weakref.WeakSet[HttpProtocol] = weakref.WeakSet()


class _Protocol(HttpProtocol):
    """Records the end of a connection."""

    def __init__(self, settings: Settings, **options: Any) -> None:
        super().__init__(settings, **options)
        _open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        assert self.client is not None
        _lost.add(self.client[1])


class _Buffering(_Protocol):
    """Has the server keep whole answers, so that nobody waits until they are sent."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        transport.set_write_buffer_limits(2 * LONG)
        super().connection_made(transport)


@pytest.fixture(scope="module")
def app() -> FastAPI:
    app = FastAPI()

    @app.get("/long")
    async def long() -> Response:
        return Response(b"x" * LONG)

    @app.get("/stream")
    async def stream() -> Response:
        return StreamingResponse(b"x" * 65_536 for _ in range(LONG // 65_536))

    @app.get("/fields")
    async def fields(request: Request) -> list[tuple[str, str]]:
        return request.headers.items()

    @app.api_route("/", methods=["GET", "POST"])
    async def size(request: Request) -> int:
        return len(await request.body())

    return app


@pytest.fixture(scope="module")
def port(app: FastAPI, settings: Settings) -> Iterator[int]:
    with _serving(app, _Protocol, settings) as port:
        yield port


@contextmanager
def _serving(
    app: FastAPI, protocol: type[HttpProtocol], settings: Settings, **options: Any
) -> Iterator[int]:
    with served(app, http=partial(protocol, settings), **options) as url:
        yield int(url.rpartition(":")[2])


@contextmanager
def _connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        yield connection


def _ask(port: int, *pieces: bytes) -> bytes:
    """Send a request in pieces; returns all that comes back until the connection is closed."""
    with _connected(port) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return _rest(connection)


def _is_lost(connection: socket.socket) -> bool:
    """Wait until the server has ended a connection."""
    port = connection.getsockname()[1]
    deadline = time.monotonic() + 10
    while port not in _lost and time.monotonic() < deadline:
        time.sleep(0.02)
    return port in _lost


def _rest(connection: socket.socket) -> bytes:
    received = b""
    try:
        while chunk := connection.recv(65_536):
            received += chunk
    except TimeoutError:
        raise AssertionError("the connection stays open") from None
    return received


def _check_refusal(settings: Settings, answer: bytes, status: int) -> None:
    assert answer.count(b"HTTP/1.1 ") == 1
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *fields = head.decode().lower().split("\r\n")
    headers = dict(field.split(": ", 1) for field in fields)
    assert line.startswith(f"http/1.1 {status} ")
    assert headers["content-type"] == "application/problem+json"
    assert headers.get("cache-control") == "no-store"
    assert headers["connection"] == "close"
    assert not {"server", "x-powered-by", "strict-transport-security"} & headers.keys()
    for name, value in security_headers(settings, plain=True):
        assert headers.get(name.decode()) == value.decode().lower()
    problem = json.loads(body)
    assert problem["status"] == status
    assert problem["request_id"] == headers.get("x-request-id")


def test_headers_of_the_longest_size_are_taken(settings: Settings, port: int) -> None:
    fields = b"Host: localhost\r\nConnection: close\r\nX: \r\n"
    padding = LIMIT - len("/") - len(fields)
    request = GET + b"Connection: close\r\nX: " + b"x" * padding + b"\r\n\r\n"
    assert _ask(port, request).startswith(b"HTTP/1.1 200 ")
    longer = request.replace(b"X: ", b"X: x")
    _check_refusal(settings, _ask(port, longer), 431)


@pytest.mark.parametrize(
    "pieces",
    [
        [GET + b"X: " + b"x" * LIMIT + b"\r\n\r\n"],
        [GET + b"a: b\r\n" * (LIMIT // len(b"a: b\r\n")) + b"\r\n"],
        [b"GET /" + b"x" * LIMIT + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"],
        # A request that never ends must not fill the memory either.
        [GET + b"X: ", *[b"x" * 1_000] * 10],
        [GET, *[b"a: b\r\n" * 100] * 10],
        [CHUNKED + b"1\r\nx\r\n0\r\n", *[b"X: " + b"x" * 1_000 + b"\r\n"] * 10],
        [CHUNKED + b"1;", *[b"x" * 1_000] * 10],
    ],
    ids=["value", "many", "url", "endless value", "endless fields", "trailers", "chunk extension"],
)
def test_longer_headers_are_refused_wherever_they_are(
    settings: Settings, port: int, caplog: pytest.LogCaptureFixture, pieces: list[bytes]
) -> None:
    _check_refusal(settings, _ask(port, *pieces), 431)
    assert "Fatal error" not in caplog.text


def test_a_long_body_is_no_long_header(port: int) -> None:
    body = b"x" * 200_000
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 200000\r\n"
    assert _ask(port, head + b"\r\n" + body).endswith(b"200000")


@pytest.mark.parametrize(
    "text",
    [
        b"nonsense\r\n\r\n",
        GET + b"Bad Header\r\n\r\n",
        GET + b"Content-Length: x\r\n\r\n",
        GET + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
        CHUNKED + b"x\r\n",
        b"nonsense\r\n\r\n" * 10_000,
    ],
)
def test_malformed_http_gets_the_usual_headers(
    settings: Settings, port: int, caplog: pytest.LogCaptureFixture, text: bytes
) -> None:
    _check_refusal(settings, _ask(port, text), 400)
    assert "Fatal error" not in caplog.text


@pytest.mark.parametrize(
    ("target", "host"),
    [
        (b"/fields", "api.example.com"),
        (b"http://evil.example/fields", "evil.example"),
        (b"HTTPS://localhost:1/fields?x=/", "localhost:1"),
        (b"ws://user@localhost/fields", "user@localhost"),
    ],
)
def test_the_host_of_a_target_is_that_of_the_request(port: int, target: bytes, host: str) -> None:
    fields = b"Host: api.example.com\r\nConnection: close\r\n\r\n"
    answer = _ask(port, b"GET %s HTTP/1.1\r\n%s" % (target, fields))
    assert dict(json.loads(answer.partition(b"\r\n\r\n")[2]))["host"] == host


def test_a_target_that_is_a_host_alone_has_a_path(port: int) -> None:
    for target in (b"http://localhost", b"http://localhost?x"):
        answer = _ask(port, b"GET %s HTTP/1.1\r\nConnection: close\r\n\r\n" % target)
        assert answer.startswith(b"HTTP/1.1 200 "), target


def test_space_around_a_value_is_no_part_of_it(port: int) -> None:
    request = b"GET /fields HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX:\t a b \t\r\n\r\n"
    answer = _ask(port, request)
    assert dict(json.loads(answer.partition(b"\r\n\r\n")[2]))["x"] == "a b"


def test_a_body_in_too_many_small_chunks_is_refused(settings: Settings, port: int) -> None:
    _check_refusal(settings, _ask(port, CHUNKED + b"1\r\nx\r\n" * 2_000), 400)
    pieces = b"40\r\n" + b"x" * 64 + b"\r\n"
    with _connected(port) as connection:
        connection.sendall(CHUNKED + pieces * 2_000 + b"0\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
    # Those of each body count for themselves.
    few = CHUNKED + b"1\r\nx\r\n" * 900 + b"0\r\n\r\n"
    answers = _ask(port, few + few.replace(b"Host", b"Connection: close\r\nHost"))
    assert answers.count(b"HTTP/1.1 200 ") == 2


@pytest.mark.parametrize("next_piece", [GET, b"\r\n"], ids=["headers", "empty line"])
def test_incomplete_headers_time_out(
    settings: Settings, port: int, caplog: pytest.LogCaptureFixture, next_piece: bytes
) -> None:
    with (
        _connected(port) as refused,
        _connected(port) as silent,
        _connected(port) as slow,
        _connected(port) as ahead,
    ):
        refused.sendall(b"nonsense\r\n\r\n")
        _check_refusal(settings, _rest(refused), 400)
        slow.sendall(GET.replace(b"GET", b"POST") + b"Content-Length: 2\r\n\r\n")
        ahead.sendall(GET + b"\r\n" + GET)
        _check_refusal(settings, _ask(port, GET + b"X: "), 408)
        _check_refusal(settings, _rest(silent), 408)
        assert b" 200 " in (answers := _rest(ahead))
        assert b" 408 " in answers
        # A body has another limit, which is the application's.
        slow.sendall(b"xx")
        assert slow.recv(65_536).startswith(b"HTTP/1.1 200 ")
    with _connected(port) as connection:
        connection.sendall(GET + b"\r\n")
        assert read_until(connection, b"\r\n\r\n0").startswith(b"HTTP/1.1 200 ")
        connection.sendall(next_piece)
        _check_refusal(settings, _rest(connection), 408)
    # Who was refused is not refused again, as long as that connection stays open.
    assert "Exception in callback" not in caplog.text


def test_headers_that_never_end_time_out(settings: Settings, port: int) -> None:
    with _connected(port) as connection:
        begun = time.monotonic()
        connection.sendall(GET + b"X: ")
        connection.settimeout(0.1)
        answer = b""
        while not answer and time.monotonic() - begun < 5:
            connection.sendall(b"x")
            with suppress(TimeoutError):
                answer = connection.recv(65_536)
        connection.settimeout(10)
        assert answer, "the headers may take forever"
        _check_refusal(settings, answer + _rest(connection), 408)


@pytest.mark.parametrize(
    "refused", [b"nonsense\r\n\r\n", CHUNKED + b"nonsense\r\n"], ids=["request", "chunk"]
)
def test_a_refusal_is_never_the_answer_to_an_earlier_request(port: int, refused: bytes) -> None:
    answer = _ask(port, GET + b"\r\n" + refused)
    assert b" 400 " not in answer


def test_a_refused_connection_ends_although_the_client_keeps_it(port: int) -> None:
    with _connected(port) as connection:
        connection.sendall(b"nonsense\r\n\r\n")
        _rest(connection)
        assert _is_lost(connection)


def test_an_answer_before_its_body_is_complete_is_the_last_one(port: int) -> None:
    request = GET.replace(b"/", b"/nowhere", 1) + b"Content-Length: 20\r\n\r\n"
    with _connected(port) as dribbling, _connected(port) as pipelining:
        for connection in (dribbling, pipelining):
            connection.sendall(request)
        # Longer than headers may take.
        for _ in range(15):
            time.sleep(0.1)
            dribbling.sendall(b" ")
        pipelining.sendall(b" " * 20 + GET + b"\r\n")
        for connection in (dribbling, pipelining):
            answers = _rest(connection)
            assert answers.startswith(b"HTTP/1.1 404 ")
            assert answers.count(b"HTTP/1.1 ") == 1
            assert answers.lower().count(b"\r\nconnection: close\r\n") == 1
            assert _is_lost(connection)


def test_an_early_answer_is_complete_and_the_last_one(port: int) -> None:
    request = GET.replace(b"/", b"/stream", 1) + b"Content-Length: 20\r\n\r\n"
    with _connected(port) as connection:
        connection.sendall(request)
        time.sleep(0.2)
        connection.sendall(b" " * 20 + GET + b"\r\n")
        answers = _rest(connection)
    assert answers.count(b"HTTP/1.1 ") == 1
    assert answers.endswith(b"\r\n0\r\n\r\n")


def test_a_client_that_is_still_sending_gets_an_early_answer(port: int) -> None:
    length = str(LONG).encode()
    head = GET.replace(b"/", b"/nowhere", 1) + b"Content-Length: " + length + b"\r\n\r\n"
    with _connected(port) as connection:
        connection.sendall(head)
        time.sleep(0.2)
        connection.sendall(b"x" * LONG)
        assert _rest(connection).endswith(b'{"detail":"Not Found"}')


def test_the_number_of_pipelined_requests_is_limited(port: int) -> None:
    # All their headers together are longer than those of one may be.
    one = GET + b"X: " + b"x" * (LIMIT // 50) + b"\r\n\r\n"
    last = GET + b"Connection: close\r\n\r\n"
    answers = _ask(port, one * 100 + last)
    assert answers.count(b"HTTP/1.1 200 ") == 101
    assert b"HTTP/1.1" not in _ask(port, one * 101 + last)


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
def test_a_connection_cannot_be_upgraded(
    port: int, caplog: pytest.LogCaptureFixture, protocol: bytes
) -> None:
    upgrade = b"Connection: upgrade, close\r\nUpgrade: " + protocol + b"\r\n\r\n"
    assert _ask(port, GET + upgrade).startswith(b"HTTP/1.1 200 ")
    assert "pgrade" not in caplog.text


@pytest.mark.parametrize(
    ("protocol", "path"),
    [(_Protocol, b"/long"), (_Protocol, b"/stream"), (_Buffering, b"/long")],
    ids=["whole", "in parts", "buffered"],
)
def test_a_client_that_takes_nothing_of_its_answer_is_cut_off(
    app: FastAPI, settings: Settings, protocol: type[HttpProtocol], path: bytes
) -> None:
    with (
        _serving(app, protocol, settings, timeout_keep_alive=1) as port,
        _connected(port) as connection,
    ):
        _lost.clear()
        connection.sendall(GET.replace(b"/", path, 1) + b"\r\n")
        assert _is_lost(connection)
        assert 0 < len(_rest(connection)) < LONG


def test_a_client_that_reads_slowly_gets_its_answer(port: int) -> None:
    with _connected(port) as connection:
        connection.sendall(GET.replace(b"/", b"/long", 1) + b"Connection: close\r\n\r\n")
        received = 0
        for _ in range(15):
            time.sleep(0.1)
            received += len(connection.recv(262_144, socket.MSG_WAITALL))
        assert received + len(_rest(connection)) > LONG


def test_a_connection_that_has_ended_is_forgotten(app: FastAPI, settings: Settings) -> None:
    patient = settings.model_copy(update={"request_timeout_seconds": 60})
    with _serving(app, _Protocol, patient, timeout_keep_alive=1) as port:
        _open.clear()
        for path in (b"/", b"/long", b"/stream"):
            for end in (b"", b"\r\n"):
                with _connected(port) as connection:
                    connection.sendall(GET.replace(b"/", path, 1) + end)
                    time.sleep(0.1)
        deadline = time.monotonic() + 10
        while _open and time.monotonic() < deadline:
            gc.collect()
            time.sleep(0.05)
        assert not _open


@pytest.mark.parametrize(
    ("precision", "told"),
    [("full", '"127.0.0.1"'), ("truncated", '"127.0.0.0/24"'), ("off", "null")],
)
def test_the_parser_tells_the_log_who_was_refused(
    app: FastAPI, settings: Settings, capfd: pytest.CaptureFixture[str], precision: str, told: str
) -> None:
    logged = settings.model_copy(update={"log_client_address": precision})
    with _serving(app, HttpProtocol, logged) as port:
        _ask(port, b"nonsense\r\n\r\n")
    assert f'"client_address": {told}' in capfd.readouterr().out
