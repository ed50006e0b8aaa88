"""Serves the metrics on a separate port, which clients of the API need not reach."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Final

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.health.readiness import Readiness
from app.listening import listen
from app.resources import Resources
from app.security.http_protocol import HttpProtocol
from app.settings import Settings
from app.telemetry.metrics import DEPENDENCIES, MOST_CONNECTIONS, REGISTRY
from app.telemetry.queue import look_at_queue

PATH: Final = "/metrics"
_PREFIX: Final = "METRICS_"
_CONNECTIONS: Final = 10
_SECONDS: Final = 5


class Exposition:
    """Responds to `GET /metrics` only."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._readiness = Readiness(resources)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer(scope))(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        if scope["type"] != "http" or scope["path"] != PATH:
            return Response(status_code=404)
        if scope["method"] != "GET":
            return Response(status_code=405, headers={"Allow": "GET"})
        for dependency, state in (await self._readiness.states()).items():
            DEPENDENCIES.labels(dependency).set(state == "ok")
        await look_at_queue(self._resources)
        return Response(
            generate_latest(REGISTRY),
            media_type=CONTENT_TYPE_LATEST,
            headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
        )


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the server of the API."""
        yield


def check_port(settings: Settings) -> None:
    """Raise `SettingsError` if another process has the port, before anything is started."""
    if settings.metrics_port is not None:
        listen(settings.metrics_host, settings.metrics_port, prefix=_PREFIX).close()


@asynccontextmanager
async def serve_metrics(resources: Resources) -> AsyncIterator[None]:
    """Serve the metrics of this process on METRICS_HOST and METRICS_PORT, if there is a port."""
    settings = resources.settings
    if settings.metrics_port is None:
        yield
        return
    listener = listen(settings.metrics_host, settings.metrics_port, prefix=_PREFIX)
    MOST_CONNECTIONS.set(settings.database_pool_size + settings.database_max_overflow)
    config = uvicorn.Config(
        Exposition(resources),
        # Connections of silent clients are those that the API could not accept.
        http=partial(
            HttpProtocol, settings.model_copy(update={"request_timeout_seconds": _SECONDS})
        ),  # type: ignore[arg-type]  # called like the class
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_SECONDS,
        timeout_graceful_shutdown=_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
