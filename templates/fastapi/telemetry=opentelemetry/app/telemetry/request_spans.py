"""A span for each request, by the template of its route, and its trace in logs and errors."""

from collections.abc import Mapping
from typing import Any, Final

import structlog
from opentelemetry.trace import SpanKind
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import ProblemShape, as_problem
from app.openapi import Document
from app.root_path import route_path
from app.route_table import route_template
from app.security.request_context import CLIENT_WENT_AWAY, PROBES
from app.settings import Settings
from app.telemetry.tracing import Span, Tracing

OTHER: Final = "_OTHER"
# A method is any token that a client makes up (RFC 9110, 9.1).
_METHODS: Final = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestSpans:
    """Traces each request but the probes.

    Of a request, a span has the method, the template of the route and the status: no path, query,
    header or address, which are the client's text and hold ids and secrets (CWE-532).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or route_path(scope) in PROBES:
            await self.app(scope, receive, send)
            return
        tracing: Tracing = scope["app"].state.resources.tracing
        state = scope["state"]
        with tracing.begin("HTTP", SpanKind.SERVER, state.get("trace_parent")) as span:
            if span is None:
                await self.app(scope, receive, send)
                return
            structlog.contextvars.bind_contextvars(trace_id=span.trace_id)
            shape = state.get("problem_shape", as_problem)
            state["problem_shape"] = _with_trace(shape, span.trace_id)
            status = CLIENT_WENT_AWAY

            async def noting_send(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await self.app(scope, receive, noting_send)
            except Exception as error:
                status = 500
                span.fail(error)
                raise
            finally:
                method = scope["method"] if scope["method"] in _METHODS else OTHER
                _describe(span, method, route_template(scope), status)


def _describe(span: Span, method: str, route: str | None, status: int) -> None:
    verb = "HTTP" if method == OTHER else method
    span.name = verb if route is None else f"{verb} {route}"
    span.attributes |= {"http.request.method": method, "http.response.status_code": status}
    if route is not None:
        span.attributes["http.route"] = route
    if status >= 500:
        span.fail()


def _with_trace(shape: ProblemShape, trace_id: str) -> ProblemShape:
    def shaped(content: dict[str, Any], headers: Mapping[str, str] | None) -> Response:
        return shape({**content, "trace_id": trace_id}, headers)

    return shaped


def describe_traces(document: Document, _settings: Settings) -> None:
    """Tell in the OpenAPI document that errors name their trace."""
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Problem"):
            schema["properties"]["trace_id"] = {
                "type": "string",
                "pattern": "^[0-9a-f]{32}$",
                "maxLength": 32,
                "title": "Trace Id",
                "description": "Id of the trace, where requests are traced.",
            }
