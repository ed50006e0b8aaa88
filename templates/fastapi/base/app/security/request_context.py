"""The outermost middleware: request id, security headers, access log, unexpected errors.

A pure ASGI class, so that its headers are on every response, including those of the middlewares
below. Without CORS headers, a page could not read an error response and would see a network error.
"""

import asyncio
import re
import secrets
import time
from typing import Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from app.errors import AppError, Crashed, Unavailable, error_response
from app.root_path import restore_root_path, route_path
from app.route_table import route_template
from app.security.client_address import ClientAddress
from app.security.cookies import leave_out_escapes
from app.security.cors import CorsHeaders
from app.security.headers import header_of, join_repeated, security_headers
from app.security.logged_address import Precision, logged_address
from app.security.paths import keep_escaped_slashes
from app.settings import Settings

log: FilteringBoundLogger = structlog.get_logger(channel="access")

PROBES: Final = {"/health/live", "/health/ready"}
_MAX_LOGGED_PATH: Final = 100
# Logged if the client has disconnected, as in nginx.
CLIENT_WENT_AWAY: Final = 499
# A free-form id could forge log lines or be used to smuggle data into them.
_ACCEPTED_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestContext:
    """Gives each request an id, each response its headers, and logs a line for both."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.headers = security_headers(settings)
        self.plain_headers = security_headers(settings, plain=True)
        self.cors = CorsHeaders(settings)
        self.client_address = ClientAddress(settings.trusted_proxies)
        self.logged_precision: Precision = settings.log_client_address
        self.root_path = settings.root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        method = scope["method"]
        if method == "HEAD":
            # HEAD works wherever GET does, without the body (RFC 9110, 9.3.2).
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        join_repeated(scope)
        leave_out_escapes(scope)
        keep_escaped_slashes(scope)
        self.client_address.resolve(scope)
        restore_root_path(scope, self.root_path)
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=request_id,
            client_address=logged_address(scope, self.logged_precision),
        )
        path = route_path(scope)
        defaults = self._headers(scope, path)
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                headers = message["headers"] = list(message.get("headers", []))
                present = {name for name, _ in headers}
                headers += [pair for pair in defaults if pair[0] not in present]
                headers.append((b"x-request-id", request_id.encode()))
                if scope["app"].state.stopping:
                    # The connection will be closed, and the next request on it would fail.
                    headers.append((b"connection", b"close"))
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except ClientDisconnect:
            status = status or CLIENT_WENT_AWAY
        except (Exception, asyncio.CancelledError) as error:
            failure = _failure_of(error)
            if status:
                raise
            await error_response(scope, failure)(scope, receive, send_with_headers)
        finally:
            # Probes come every few seconds: only failures are logged.
            if status != 200 or path not in PROBES:
                route = route_template(scope)
                # A raw path may contain ids and is client input: it is logged, truncated and
                # without its query, only if there is no route template.
                called = {} if route else {"path": _shortened(path)}
                log.info(
                    "request",
                    method=method,
                    route=route,
                    **called,
                    status=status,
                    duration_ms=round((time.perf_counter() - started) * 1000, 1),
                    principal_id=scope["state"].get("principal_id"),
                )

    def _headers(self, scope: Scope, path: str) -> list[tuple[bytes, bytes]]:
        """List the default headers of a response."""
        is_plain = scope["state"].get("forwarded_scheme") == "http"
        headers = self.plain_headers if is_plain else self.headers
        headers = headers + self.cors.of(header_of(scope, b"origin"))
        if path.startswith("/api/"):
            headers.append((b"cache-control", b"no-store"))
        return headers


def _failure_of(error: BaseException) -> AppError:
    if isinstance(error, asyncio.CancelledError):
        # The service stops, and waits for this request no longer.
        return Unavailable()
    log.error("request.crashed", exc_info=error)
    return Crashed()


def _shortened(path: str) -> str:
    """Cut a path between segments: half of a secret would not be known for one."""
    if len(path) <= _MAX_LOGGED_PATH:
        return path
    return path[: path.rfind("/", 0, _MAX_LOGGED_PATH) + 1] + "[cut]"


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if "body" in message else message)

    return send_head


def _request_id(scope: Scope) -> str:
    given = header_of(scope, b"x-request-id")
    return given if given and _ACCEPTED_REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
