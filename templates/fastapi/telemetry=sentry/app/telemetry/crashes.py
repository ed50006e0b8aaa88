"""Reports crashes to Sentry: where the code failed, without data of the request.

Messages of exceptions, local variables and the request itself may contain passwords, tokens and
personal data. The log has the redacted trace of a request, under the same request id.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import anyio.to_thread
from sentry_sdk import Client
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import event_from_exception
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from app.resources import Resources
from app.route_table import route_template

_FLUSH_SECONDS: Final = 2.0
_EVENT: Final = {"event_id", "timestamp", "level", "platform", "environment", "transaction", "tags"}
_EXCEPTION: Final = {"type", "module"}
_FRAME: Final = {"filename", "function", "module", "lineno", "in_app"}

# Not the library's global client, to which any package may add data. None: nothing is reported.
_clients: list[Client] = []


@asynccontextmanager
async def report_crashes(resources: Resources) -> AsyncIterator[None]:
    """Report to SENTRY_DSN, if set, while the process runs."""
    dsn = resources.settings.sentry_dsn.get_secret_value()
    if not dsn:
        yield
        return
    client = Client(
        dsn=dsn,
        environment=resources.settings.environment,
        # Not what the library would ask git.
        release="",
        server_name="",
        before_send=only_allowed,
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
    )
    _clients.append(client)
    try:
        yield
    finally:
        _clients.remove(client)
        await anyio.to_thread.run_sync(partial(client.close, timeout=_FLUSH_SECONDS))


def only_allowed(event: Event, _hint: Hint) -> Event:
    """Remove everything from a report that is not known to be free of values."""
    given: dict[str, Any] = {**event}
    allowed = _only(given, _EVENT)
    allowed["exception"] = {
        "values": [
            {
                **_only(exception, _EXCEPTION),
                "stacktrace": {"frames": [_only(frame, _FRAME) for frame in _frames(exception)]},
            }
            for exception in given["exception"]["values"]
        ]
    }
    return allowed  # type: ignore[return-value]


def _only(given: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in names}


def _frames(exception: dict[str, Any]) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = (exception.get("stacktrace") or {}).get("frames", [])
    return frames


def report(error: Exception, transaction: str, **tags: str) -> None:
    """Queue an error for the thread that sends it."""
    for client in _clients:
        event, hint = event_from_exception(error, client_options=client.options)
        event["transaction"] = transaction
        event["tags"] = tags
        client.capture_event(event, hint)


class CrashReports:
    """Reports unexpected errors."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except ClientDisconnect:
            raise
        except Exception as error:
            route = route_template(scope) or "unmatched"
            report(error, route, request_id=scope.get("state", {}).get("request_id", ""))
            raise
