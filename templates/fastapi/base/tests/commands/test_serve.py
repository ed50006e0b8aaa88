"""`serve` as a process: start-up, responses and shutdown."""

import json
import signal
import socket
import time
from pathlib import Path

import httpx2

from tests.support.process import Process, await_closed, serving

HEAD = (
    "PATCH /api/v1/users/me HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "Content-Length: 17\r\n\r\n"
)


def _read_all(connection: socket.socket) -> str:
    chunks = []
    while chunk := connection.recv(65_536):
        chunks.append(chunk)
    return b"".join(chunks).decode("latin-1")


def test_it_serves_until_it_is_told_to_stop_and_finishes_what_it_began(
    tmp_path: Path, database_url: str
) -> None:
    # One process for all of it: starting one takes longer than everything else here.
    with serving(tmp_path, database_url, RATE_LIMIT_ENABLED="false") as service:
        ready = httpx2.get(f"{service.url}/health/ready")
        assert ready.status_code == 200
        assert "server" not in ready.headers
        _parser_says_nothing_of_itself(service)
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
            connection.sendall(f"{HEAD}{{".encode())
            time.sleep(0.3)
            service.process.send_signal(signal.SIGTERM)
            await_closed(service.port)
            assert service.process.poll() is None
            connection.sendall(b'"full_name":"N"}')
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
        assert "x-content-type-options: nosniff" in answer
        assert not [word for word in ("server:", "x-powered-by", "uvicorn") if word in answer]


def test_it_listens_on_addresses_of_both_families(tmp_path: Path, database_url: str) -> None:
    with serving(tmp_path, database_url, HOST="::") as service:
        for host in ("127.0.0.1", "[::1]"):
            response = httpx2.get(f"http://{host}:{service.port}/health/live")
            assert response.status_code == 200
