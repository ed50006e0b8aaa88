"""Serves the metrics on a port of their own, which no client of the API has to reach."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from app.health.readiness import Readiness
from app.resources import Resources
from app.telemetry.metrics import DEPENDENCIES, MOST_CONNECTIONS, REGISTRY

log: FilteringBoundLogger = structlog.get_logger()

PATH: Final = "/metrics"
_CONNECTIONS: Final = 10
_SECONDS: Final = 5


class Exposition:
    """Answers `GET /metrics`, and nothing else."""

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


@asynccontextmanager
async def serve_metrics(resources: Resources) -> AsyncIterator[None]:
    """Serve the metrics of this process on METRICS_HOST and METRICS_PORT, if there is a port."""
    settings = resources.settings
    host, port = settings.metrics_host, settings.metrics_port
    if port is None:
        yield
        return
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        log.error("metrics.failed", port=port, error=error.strerror)
        raise
    MOST_CONNECTIONS.set(settings.database_pool_size + settings.database_max_overflow)
    config = uvicorn.Config(
        Exposition(resources),
        lifespan="off",
        ws="none",
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
