"""HTTP protocol: limits on headers, and the responses of the parser itself."""

import re
import secrets
from asyncio import TimerHandle, Transport
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import structlog
from structlog.typing import FilteringBoundLogger
from uvicorn._types import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    Scope,
)
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.errors import problem_response
from app.security.headers import security_headers
from app.security.logged_address import Precision, logged_address
from app.settings import Settings

log: FilteringBoundLogger = structlog.get_logger(channel="access")

# How long a client may take to read its last response before the connection is closed.
_LINGER_SECONDS: Final = 2
# The colon, the space and the line end: many short headers add up, too.
_SEPARATOR_BYTES: Final = 4
# Each chunk of a body costs as much as a thousand bytes.
_MANY_PIECES: Final = 1_000
_SMALL_PIECE_BYTES: Final = 32
_ABSOLUTE_FORM: Final = re.compile(rb"[a-z][a-z0-9+.-]*+://([^/?#]*+)(.*)", re.IGNORECASE)
# All requests in one read are parsed at once, and the next read follows after a response.
_MAX_WAITING: Final = 100


class HttpProtocol(HttpToolsProtocol):
    """Uvicorn's protocol, with limits on headers, which its parser would buffer without bound.

    Responds with 431 over `MAX_HEADER_BYTES` (trailers included), with 408 if the headers are not
    complete within `REQUEST_TIMEOUT_SECONDS`, and with 400 to a body in too many small chunks.
    Closes the connection of a client that reads nothing of its response for that time, pipelines
    too many requests, or got its response before its body was complete.
    """

    def __init__(self, settings: Settings, **options: Any) -> None:
        super().__init__(**options)
        # An upgraded connection would bypass these limits and the application.
        self.ws_protocol_class = None
        self._max_bytes = settings.max_header_bytes
        self._seconds = settings.request_timeout_seconds
        self._logged_precision: Precision = settings.log_client_address
        self._security_headers = security_headers(settings, plain=True)
        # Bytes received since the parser's last event.
        self._untold = 0
        self._head_bytes = self._pieces = self._body_bytes = 0
        self._refusal = HTTPStatus.BAD_REQUEST
        # Whatever else arrives is discarded.
        self._ended = False
        self._answered_early = False
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
        # The connection closes after the last response, which the client may never read.
        self._watch_reader()

    def data_received(self, data: bytes) -> None:
        if self.timeout_keep_alive_task is not None:
            # Any byte ends the keep-alive wait; an empty line does not start a request.
            self._start_timer()
        # In slices, since bytes after the headers in the same slice are not counted.
        for begin in range(0, len(data), self._max_bytes):
            if self._ended:
                return
            piece = data[begin : begin + self._max_bytes]
            self._untold += len(piece)
            super().data_received(piece)
            if self._untold > self._max_bytes and not self._ended:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= _MAX_WAITING:
            raise ValueError("too many pipelined requests")
        super().on_message_begin()
        self._head_bytes = self._pieces = self._body_bytes = 0
        if self._timer is None:
            self._start_timer()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + _SEPARATOR_BYTES)
        # The parser removes the space before a value; that after it is no part of it, either.
        super().on_header(name, value.rstrip(b" \t"))

    def on_headers_complete(self) -> None:
        self._untold = 0
        self._stop_timer()
        self._take_origin_form()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._untold = 0
        self._pieces += 1
        self._body_bytes += len(body)
        if self._pieces > _MANY_PIECES and self._body_bytes < self._pieces * _SMALL_PIECE_BYTES:
            raise ValueError("a body in too many small chunks")
        super().on_body(body)

    def on_response_complete(self) -> None:
        if self._answered_early:
            # The client was told that this is the last response (RFC 9112, 9.6).
            self._ended = True
            self.pipeline.clear()
        super().on_response_complete()
        if self._answered_early and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._write_end()
            self.loop.call_later(_LINGER_SECONDS, self.timeout_keep_alive_handler)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        super()._start_asgi_task(cycle, partial(self._serve, cycle, app))

    async def _serve(
        self,
        cycle: RequestResponseCycle,
        app: ASGI3Application,
        scope: Scope,
        receive: ASGIReceiveCallable,
        send: ASGISendCallable,
    ) -> None:
        """Have a response that begins before the body is complete be the last one.

        The rest of the body would be taken for the next request, or be answered once more.
        """

        async def send_last(message: ASGISendEvent) -> None:
            is_early = message["type"] == "http.response.start" and cycle.more_body
            if is_early:
                cycle.keep_alive = False
            await send(message)
            if is_early:
                # Uvicorn would close the connection at once.
                self._answered_early = cycle.keep_alive = True

        await app(scope, receive, send_last)

    def send_400_response(self, msg: str) -> None:
        """Respond to a request that the parser cannot read or that was refused during parsing."""
        self._refuse(self._refusal)

    def _unsupported_upgrade_warning(self) -> None:
        """Log nothing: an upgrade may be ignored (RFC 9110, 7.8), and anyone can request one."""

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self._max_bytes:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise ValueError("headers too large")

    def _take_origin_form(self) -> None:
        """Have the host in a target replace that of `Host` (RFC 9112, 3.2.2)."""
        if target := _ABSOLUTE_FORM.fullmatch(self.url):
            host, rest = target.groups()
            self.url = rest if rest.startswith(b"/") else b"/" + rest
            others = [field for field in self.headers if field[0] != b"host"]
            self.headers[:] = [(b"host", host), *others]

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self._seconds, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _watch_reader(self) -> None:
        if self._reader_timer is not None:
            self._reader_timer.cancel()
        if unread := self.transport.get_write_buffer_size():
            self._reader_timer = self.loop.call_later(self._seconds, self._cut_unless_read, unread)

    def _cut_unless_read(self, unread: int) -> None:
        if self.transport.get_write_buffer_size() >= unread:
            self.transport.abort()
        else:
            self._watch_reader()

    def _refuse(self, status: HTTPStatus) -> None:
        self._ended = True
        self._stop_timer()
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if self.pipeline or cycle.response_started or not cycle.more_body:
                # The response to an earlier request is pending, and must not be confused with this
                # one.
                self.transport.close()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        self._answer(status)
        self._write_end()
        self.loop.call_later(_LINGER_SECONDS, self.transport.abort)

    def _write_end(self) -> None:
        """Tell the client that nothing follows.

        Closing while data is arriving resets the connection, and the response is lost.
        """
        if self.transport.can_write_eof():
            self.transport.write_eof()

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
        # The address of the peer, which may be a proxy: forwarding headers are not parsed yet.
        client_address = logged_address({"client": self.client}, self._logged_precision)
        log.info(
            "request", status=status.value, request_id=request_id, client_address=client_address
        )
