"""`serve`, as a process of its own: how it starts, what it answers, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.support.environment import ENVIRONMENT
from tests.support.server import free_port

ROOT = Path(__file__).parents[2]
HEAD = (
    "POST /api/v1/notes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "Content-Length: 13\r\n\r\n"
)


@dataclass
class Process:
    """A service that runs on a port of this machine."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def _read_all(connection: socket.socket) -> str:
    chunks = []
    while chunk := connection.recv(65_536):
        chunks.append(chunk)
    return b"".join(chunks).decode("latin-1")


@contextmanager
def _serving(directory: Path, database_url: str, **variables: str) -> Iterator[Process]:
    port = free_port()
    settings = {**ENVIRONMENT, "DATABASE_URL": database_url, "PORT": str(port), **variables}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"],
        # Away from the .env of this checkout.
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _await_start(process, port)
        yield Process(process, port)
    finally:
        process.kill()
        process.communicate()


def _await_start(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/health/live").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    pytest.fail("the service did not start")


def test_it_serves_until_it_is_told_to_stop_and_finishes_what_it_began(
    tmp_path: Path, database_url: str
) -> None:
    # One process for all of it: starting one takes longer than everything else here.
    with _serving(tmp_path, database_url, RATE_LIMIT_ENABLED="false") as service:
        ready = httpx2.get(f"{service.url}/health/ready")
        assert ready.status_code == 200
        assert "server" not in ready.headers
        _parser_says_nothing_of_itself(service)
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
            connection.sendall(f"{HEAD}{{".encode())
            time.sleep(0.3)
            service.process.send_signal(signal.SIGTERM)
            _await_closed(service.port)
            assert service.process.poll() is None
            connection.sendall(b'"title":"t"}')
            assert _read_all(connection).startswith("HTTP/1.1 401 ")
        out, error = service.process.communicate(timeout=15)
    assert service.process.returncode == 0
    lines = [json.loads(line) for line in out.splitlines()]
    [warning] = [line["detail"] for line in lines if line["event"] == "settings.suspicious"]
    assert warning.startswith("RATE_LIMIT_ENABLED is off")
    assert not [line for line in lines if line["level"] in {"error", "critical"}]
    assert error == ""


def _parser_says_nothing_of_itself(service: Process) -> None:
    """Send what never reaches the application: the HTTP parser answers it."""
    for text in ("nonsense\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
            connection.sendall(text.encode())
            answer = _read_all(connection).lower()
        assert answer.startswith("http/1.1 400 ")
        assert not [word for word in ("server:", "x-powered-by", "uvicorn") if word in answer]


def _await_closed(port: int) -> None:
    """Wait until nobody new is let in."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.05)
    pytest.fail("new connections are still accepted")
