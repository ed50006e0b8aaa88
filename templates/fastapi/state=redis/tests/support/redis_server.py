"""A Redis of a test's own, to be stopped and started."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.support.server import free_port


class RedisServer:
    """A server process on a free port, without any data on disk."""

    def __init__(self, binary: str, directory: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._command = [binary, "--port", str(self.port), "--bind", "127.0.0.1"]
        self._command += ["--save", "", "--appendonly", "no", "--dir", str(directory)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)  # noqa: S603
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                with Redis.from_url(self.url) as redis:
                    redis.ping()
            except RedisError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError

    def kill(self) -> None:
        """End it at once, with all that it held."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it accept connections, and answer none."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)


class Route:
    """The way to a server, as a name leads it: connections stay where they are when it changes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._server: asyncio.Server | None = None

    async def open(self) -> str:
        """Accept connections; returns the URL of the server at the end of the way."""
        self._server = await asyncio.start_server(self._lead, "127.0.0.1", 0)
        return f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/0"

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _lead(self, asked: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        answered, on = await asyncio.open_connection("127.0.0.1", self.port)
        await asyncio.gather(_carry(asked, on), _carry(answered, back))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with closing(writer):
        while data := await reader.read(65_536):
            writer.write(data)


@contextmanager
def redis_server(directory: Path) -> Iterator[RedisServer]:
    """Run a Redis; where none is installed, the test is skipped, and in CI it fails."""
    binary = shutil.which("redis-server")
    if binary is None:
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent("redis-server is not installed")
    server = RedisServer(binary, directory)
    try:
        server.start()
        yield server
    finally:
        server.kill()
