"""The service as a process of its own, as `python -m app serve` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2
import pytest

from tests.support.environment import ENVIRONMENT
from tests.support.server import free_port

_ROOT: Final = Path(__file__).parents[2]


@dataclass
class Process:
    """A service that runs on a port of this machine."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(directory: Path, database_url: str, **variables: str) -> Iterator[Process]:
    """Start the service and wait until it answers; whatever becomes of it, it ends."""
    port = free_port()
    settings = {**ENVIRONMENT, "DATABASE_URL": database_url, "PORT": str(port), **variables}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"],
        # Away from the .env of this checkout.
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(_ROOT), **settings},
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
    deadline = time.monotonic() + 60
    with httpx2.Client() as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if client.get(f"http://127.0.0.1:{port}/health/live").status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
    pytest.fail("the service did not start")


def await_closed(port: int) -> None:
    """Wait until new connections are refused."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.05)
    pytest.fail("new connections are still accepted")
