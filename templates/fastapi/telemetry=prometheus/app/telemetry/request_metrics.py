"""Rate, errors and duration of requests, by the template of their route."""

import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.root_path import route_path
from app.route_table import route_template
from app.security.request_context import CLIENT_WENT_AWAY, PROBES
from app.telemetry.metrics import ACTIVE_REQUESTS, REQUESTS

UNMATCHED: Final = "unmatched"
OTHER: Final = "other"
# A method is any token that a client makes up (RFC 9110, 9.1).
_METHODS: Final = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestMetrics:
    """Measures each request except probes, which would distort the statistics."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or route_path(scope) in PROBES:
            await self.app(scope, receive, send)
            return
        status = CLIENT_WENT_AWAY

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        ACTIVE_REQUESTS.inc()
        try:
            await self.app(scope, receive, noting_send)
        except Exception:
            status = 500
            raise
        finally:
            ACTIVE_REQUESTS.dec()
            method = scope["method"] if scope["method"] in _METHODS else OTHER
            # Never the path, which is client input and contains ids.
            route = route_template(scope) or UNMATCHED
            REQUESTS.labels(method, route, status).observe(time.perf_counter() - started)
