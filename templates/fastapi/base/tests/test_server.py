"""How the server keeps connections open, and gives them back when it stops."""

import signal
import socket
import time
from http.client import HTTPResponse
from pathlib import Path

import httpx2
import pytest
import uvicorn

from app.server import Server, full_queue
from tests.support.process import Process, await_closed, serving
from tests.support.server import read_until
from tests.support.service import Service

KEPT_SECONDS = 1
DELAY_SECONDS = 2
READY = b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_it_loses_no_request_when_it_is_told_to_stop(tmp_path: Path, database_url: str) -> None:
    # One process for all of it: starting one takes longer than everything else here.
    with serving(
        tmp_path,
        database_url,
        KEEP_ALIVE_SECONDS=str(KEPT_SECONDS),
        SHUTDOWN_DELAY_SECONDS=str(DELAY_SECONDS),
    ) as service:
        _an_idle_connection_is_kept_for_its_time(service)
        with httpx2.Client(base_url=service.url) as proxy:
            assert "connection" not in proxy.get("/health/ready").headers
            told = time.monotonic()
            service.process.send_signal(signal.SIGTERM)
            _await_not_ready(service)
            # On a connection that was open before, and on a new one.
            for answer in (proxy.get("/health/live"), httpx2.get(f"{service.url}/health/live")):
                assert answer.status_code == 200
                assert answer.headers["connection"] == "close"
        assert service.process.wait(timeout=15) == 0
        assert time.monotonic() - told >= DELAY_SECONDS


def test_clients_connected_before_shutdown_get_their_response(
    tmp_path: Path, database_url: str
) -> None:
    with (
        serving(tmp_path, database_url) as service,
        socket.create_connection(("127.0.0.1", service.port), timeout=10) as idle,
        socket.create_connection(("127.0.0.1", service.port), timeout=10) as new,
    ):
        idle.sendall(READY)
        # To its end: what is left of an answer would be read as the next one.
        with HTTPResponse(idle) as ready:
            ready.begin()
            assert ready.status == 200
            ready.read()
        service.process.send_signal(signal.SIGTERM)
        await_closed(service.port)
        for connection in (idle, new):
            connection.sendall(READY)
            with connection.makefile("rb") as answer:
                head, _, body = answer.read().partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 503 ")
            assert b"connection: close" in head
            assert body.startswith(b'{"status":"unavailable"')
        assert service.process.wait(timeout=15) == 0


async def test_a_connection_that_waits_to_be_accepted_gets_its_response(service: Service) -> None:
    config = uvicorn.Config(service.app, port=0, lifespan="off", log_config=None)
    config.load()
    server = Server(config, service.app, delay_seconds=0)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    address = server.servers[0].sockets[0].getsockname()
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(READY.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        await server.shutdown()
        assert client.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_no_connection_is_accepted_and_reset_while_the_listener_closes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with socket.create_connection(address, timeout=10), full_queue(listener) as waiting:
            assert len(waiting) == 1
            waiting[0].close()
            # The SYN is dropped: no request has been sent that could be lost.
            with pytest.raises(TimeoutError):
                socket.create_connection(address, timeout=0.2)
            listener.close()
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(address, timeout=10)


def test_a_second_signal_does_not_wait(tmp_path: Path, database_url: str) -> None:
    with serving(tmp_path, database_url, SHUTDOWN_DELAY_SECONDS="300") as service:
        service.process.send_signal(signal.SIGTERM)
        _await_not_ready(service)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(timeout=15) == 0


def _an_idle_connection_is_kept_for_its_time(service: Process) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(READY)
        assert read_until(connection, b"}").startswith(b"HTTP/1.1 200 ")
        answered = time.monotonic()
        assert connection.recv(65_536) == b""
        assert time.monotonic() - answered >= KEPT_SECONDS * 0.9


def _await_not_ready(service: Process) -> None:
    deadline = time.monotonic() + 5
    with httpx2.Client(base_url=service.url, headers={"Connection": "close"}) as client:
        while (status := client.get("/health/ready").status_code) == 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert status == 503
