"""The application behind a real socket, for what a call in memory cannot show."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI


def free_port() -> int:
    """Find a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def read_until(connection: socket.socket, end: bytes) -> bytes:
    """Receive all of an answer that ends so; the connection stays open."""
    answer = b""
    while not answer.endswith(end):
        piece = connection.recv(65_536)
        assert piece, answer
        answer += piece
    return answer


@contextmanager
def served(app: FastAPI, **options: Any) -> Iterator[str]:
    """Serve an application from a thread with a loop of its own; yields its URL."""
    port = free_port()
    config = uvicorn.Config(
        app,
        port=port,
        loop="asyncio",
        access_log=False,
        log_config=None,
        server_header=False,
        **options,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.started
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
