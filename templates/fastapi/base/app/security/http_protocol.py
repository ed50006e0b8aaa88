"""HTTP before the application sees it: a bound on headers, and the answers of the parser itself."""

import secrets
from asyncio import TimerHandle, Transport
from http import HTTPStatus
from typing import Any, Final

import structlog
from structlog.typing import FilteringBoundLogger
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.errors import problem_response
from app.security.client_address import Precision, logged_address
from app.security.headers import security_headers
from app.settings import Settings

log: FilteringBoundLogger = structlog.get_logger(channel="access")

# How long a client that is refused may take to read why, before its connection is cut.
_LINGER_SECONDS: Final = 2
# The colon, the space and the end of the line: many short fields are long, too.
_SEPARATOR_BYTES: Final = 4
# Each piece of a body takes as long to read as a thousand bytes.
_MANY_PIECES: Final = 1_000
_SMALL_PIECE_BYTES: Final = 32
# Those that come in one read are parsed in one go, and the next read comes after one answer.
_MAX_WAITING: Final = 100


class HttpProtocol(HttpToolsProtocol):
    """Uvicorn's protocol, whose parser would keep headers of any size, for any time.

    Answers 431 over `MAX_HEADER_BYTES`, trailers included, 408 to headers that are not complete
    within `REQUEST_TIMEOUT_SECONDS`, and 400 to a body in crumbs. Cuts the connection of a client
    that takes nothing of its answer for that time, or sends many requests before their answers.
    """

    def __init__(self, settings: Settings, **options: Any) -> None:
        super().__init__(**options)
        # A connection that another protocol takes over has left these bounds, and the application.
        self.ws_protocol_class = None
        self._max_bytes = settings.max_header_bytes
        self._seconds = settings.request_timeout_seconds
        self._logged_precision: Precision = settings.log_client_address
        self._security_headers = security_headers(settings, plain=True)
        # Received since the parser last told what it was.
        self._untold = 0
        self._head_bytes = self._pieces = self._body_bytes = 0
        self._refusal = HTTPStatus.BAD_REQUEST
        self._refused = False
        self._timer: TimerHandle | None = None
        self._reader_timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        if self._reader_timer is not None:
            self._reader_timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        # The connection closes once the last answer is out, which its client may never read.
        self._watch_reader()

    def data_received(self, data: bytes) -> None:
        if self.timeout_keep_alive_task is not None:
            # Any byte ends the wait for the next request; an empty line does not begin one.
            self._start_timer()
        # In slices: what comes behind the headers in one of them is not counted.
        for begin in range(0, len(data), self._max_bytes):
            if self._refused:
                return
            piece = data[begin : begin + self._max_bytes]
            self._untold += len(piece)
            super().data_received(piece)
            if self._untold > self._max_bytes and not self._refused:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= _MAX_WAITING:
            raise ValueError("too many requests before their answers")
        super().on_message_begin()
        self._head_bytes = self._pieces = self._body_bytes = 0
        if self._timer is None:
            self._start_timer()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + _SEPARATOR_BYTES)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._untold = 0
        self._stop_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._untold = 0
        self._pieces += 1
        self._body_bytes += len(body)
        if self._pieces > _MANY_PIECES and self._body_bytes < self._pieces * _SMALL_PIECE_BYTES:
            raise ValueError("a body of crumbs")
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._untold = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser cannot read, or what was refused while it read."""
        self._refuse(self._refusal)

    def _unsupported_upgrade_warning(self) -> None:
        """Log nothing: an upgrade may be ignored (RFC 9110, 7.8), and anyone can ask for one."""

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self._max_bytes:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise ValueError("headers too large")

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self._seconds, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _watch_reader(self) -> None:
        if self._reader_timer is not None:
            self._reader_timer.cancel()
        unread = self.transport.get_write_buffer_size()
        self._reader_timer = self.loop.call_later(self._seconds, self._cut_unless_read, unread)

    def _cut_unless_read(self, unread: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left >= unread:
            self.transport.abort()
        elif left:
            self._watch_reader()

    def _refuse(self, status: HTTPStatus) -> None:
        self._refused = True
        self._stop_timer()
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if self.pipeline or cycle.response_started or not cycle.more_body:
                # The answer to an earlier request is due, and this one must not pass for it.
                self.transport.close()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        self._answer(status)
        # A connection that is closed while data comes in is reset, and the answer with it.
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.abort)

    def _answer(self, status: HTTPStatus) -> None:
        request_id = secrets.token_hex(16)
        scope = {"state": {"request_id": request_id}}
        detail = status.description or "The request cannot be parsed."
        problem = problem_response(scope, status, detail)
        headers = [
            *self.server_state.default_headers,
            *self._security_headers,
            *problem.raw_headers,
            (b"cache-control", b"no-store"),
            (b"x-request-id", request_id.encode()),
            (b"connection", b"close"),
        ]
        head = b"".join(b"%s: %s\r\n" % header for header in headers)
        line = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
        self.transport.write(line + head + b"\r\n" + bytes(problem.body))
        # Of the peer, which may be a proxy: what that says of its client has not been read.
        client_address = logged_address({"client": self.client}, self._logged_precision)
        log.info(
            "request", status=status.value, request_id=request_id, client_address=client_address
        )
