"""The HTTP server: how it stops without losing a request."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import Final, cast

import uvicorn
from fastapi import FastAPI

# How long an idle connection may still send a request after the last one was accepted.
_LINGER_SECONDS: Final = 2.0
# Attempts to fill the queue before a client does.
_PLUGS: Final = 100


class Server(uvicorn.Server):
    """On shutdown, reports not ready, keeps serving, stops accepting, and finishes requests.

    A proxy keeps sending requests on open connections until it notices. Uvicorn would close idle
    ones immediately and die of the signal, which an orchestrator reports as a crash.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, delay_seconds: int) -> None:
        super().__init__(config)
        self._app = app
        self._delay_seconds = delay_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; a second signal skips the delay."""
        is_first = not self._app.state.stopping
        # From now on, readiness is 503, and every response closes its connection.
        self._app.state.stopping = True
        if is_first and sig == signal.SIGTERM:
            loop = asyncio.get_running_loop()
            loop.call_later(self._delay_seconds, super().handle_exit, sig, frame)
        else:
            super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop after all connected clients have been answered."""
        await self._close_door()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _LINGER_SECONDS
        # Uvicorn has no event for a connection that ends.
        while self.server_state.connections and loop.time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)

    async def _close_door(self) -> None:
        """Stop listening, after accepting the connections in the queue.

        Otherwise the kernel would reset them, and their requests would be lost.
        """
        listeners = [
            socket.socket(fileno=os.dup(listener.fileno()))
            for server in self.servers
            for listener in server.sockets
        ]
        for server in self.servers:
            server.close()
        waiting = []
        for listener in listeners:
            with full_queue(listener) as connections, listener:
                waiting += connections
        loop = asyncio.get_running_loop()
        for connection in waiting:
            connection.setblocking(False)
            await loop.connect_accepted_socket(self._make_protocol, connection)

    def _make_protocol(self) -> asyncio.Protocol:
        make = cast("Callable[..., asyncio.Protocol]", self.config.http_protocol_class)
        return make(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals until the end, without raising them again."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


@contextmanager
def full_queue(listener: socket.socket) -> Iterator[list[socket.socket]]:
    """Accept the queued connections of a listener that is about to close, and refuse others.

    The kernel resets a connection that is established between the last `accept` and `close`. While
    the queue is full, it drops the SYN instead: the client retries and is refused, so that a proxy
    can safely try another server.
    """
    listener.setblocking(False)
    listener.listen(0)
    waiting: list[socket.socket] = []
    with ExitStack() as plugs:
        for _ in range(_PLUGS):
            with suppress(BlockingIOError):
                while True:
                    waiting.append(listener.accept()[0])
            plug = plugs.enter_context(socket.socket(listener.family))
            plug.setblocking(False)
            plug.connect_ex(listener.getsockname())
            if _is_connected(plug):
                break
        yield waiting


def _is_connected(connection: socket.socket) -> bool:
    try:
        connection.getpeername()
    except OSError:
        return False
    return True
