"""`serve`: runs the service until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import gc
import socket
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import structlog
import uvicorn
import uvloop
from structlog.typing import FilteringBoundLogger

from app.commands import Commands, add_command
from app.listening import listen
from app.main import create_app
from app.security.http_protocol import HttpProtocol
from app.server import Server
from app.settings import Settings, load_settings
from app.telemetry.listener import check_port

_DRAIN_SECONDS: Final = 10

log: FilteringBoundLogger = structlog.get_logger()


def add_to(commands: Commands) -> None:
    parser = add_command(commands, "serve", "Run the service on HOST and PORT.", run)
    parser.add_argument(
        "--reload",
        action="store_true",
        help="restart when the code changes; development only",
    )


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    # Uvicorn would say so in the log alone, and exit with a code of its own.
    listen(settings.host, settings.port).close()
    check_port(settings)
    if arguments.reload:
        return _reload(settings)
    app = create_app(settings)
    for warning in settings.warnings():
        log.warning("settings.suspicious", detail=warning)
    config = uvicorn.Config(
        app,
        http=partial(HttpProtocol, settings),  # type: ignore[arg-type]  # called like the class
        host=settings.host,
        port=settings.port,
        # The service itself logs requests, reads forwarding headers and sets its headers.
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    server = Server(config, app, settings.shutdown_delay_seconds)
    # Any body with many values makes the garbage collector search, and everyone waits: not through
    # all that was loaded.
    gc.freeze()
    runner = asyncio.Runner(loop_factory=uvloop.new_event_loop, debug=settings.debug)
    # A start that fails ends with Uvicorn's own code; the log says why.
    with suppress(SystemExit), runner:
        runner.run(server.serve(sockets=_sockets(settings)))
    return 0 if server.started else 1


def _reload(settings: Settings) -> int:
    """Let Uvicorn watch the code and restart the application in a process of its own."""
    if settings.environment != "development":
        print("--reload is for ENVIRONMENT=development.", file=sys.stderr)
        return 1
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        reload=True,
        reload_dirs=[str(Path(__file__).parents[1])],
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
    )
    return 0


def _sockets(settings: Settings) -> list[socket.socket] | None:
    """Listen on IPv4 and IPv6 for `::`, which uvicorn takes for IPv6 only."""
    return [listen(settings.host, settings.port)] if settings.host == "::" else None
