"""The port of the metrics: what it answers, and that nothing else answers so."""

import asyncio
import re
import socket
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from app.__main__ import main
from app.health.checks import CHECKS
from app.resources import Resources
from app.settings import SettingsError
from app.telemetry.listener import check_port, serve_metrics
from tests.support.environment import ENVIRONMENT
from tests.support.process import serving
from tests.support.server import free_port
from tests.support.service import Service, running_service


async def read(port: int, method: str = "GET", path: str = "/metrics") -> httpx2.Response:
    async with httpx2.AsyncClient() as client:
        return await client.request(method, f"http://127.0.0.1:{port}{path}")


async def test_metrics_are_read_on_their_own_port(database_url: str) -> None:
    port = free_port()
    async with running_service(database_url, metrics_port=port) as service:
        await service.client.get("/api/v1/users/me")
        response = await read(port)
        assert (await read(port, path="/api/v1/users/me")).status_code == 404
        assert (await read(port, path="/")).status_code == 404
        assert (await read(port, "POST")).status_code == 405
    assert response.headers["content-type"].startswith("text/plain; version=")
    assert "server" not in response.headers
    assert 'route="/api/v1/users/me"' in response.text
    assert 'dependency_up{dependency="database"} 1.0' in response.text
    assert re.search(r"^database_connections_max 20.0$", response.text, re.MULTILINE)
    assert re.search(r"^process_resident_memory_bytes [1-9]", response.text, re.MULTILINE)
    assert "_created" not in response.text


async def test_metrics_are_served_on_their_own_port_only(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/metrics", "/metrics/", "/api/v1/metrics"):
        assert (await service.client.get(path)).status_code == 404
    monkeypatch.delattr(socket, "create_server")
    async with serve_metrics(service.resources):
        pass
    resources = with_port(service.resources, free_port())
    with pytest.raises(AttributeError):
        await serve_metrics(resources).__aenter__()


async def test_its_clients_are_bounded_as_those_of_the_api_are(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.telemetry.listener._SECONDS", 1)
    port = free_port()
    async with running_service(database_url, metrics_port=port), asyncio.timeout(10):
        long = b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 100_000
        assert (await ask(port, long)).startswith(b"HTTP/1.1 431 ")
        for unfinished in (b"", b"GET /metrics HTTP/1.1\r\n"):
            assert (await ask(port, unfinished)).startswith(b"HTTP/1.1 408 ")


async def ask(port: int, text: bytes) -> bytes:
    """Send a text, and return all that comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def with_port(resources: Resources, port: int) -> Resources:
    settings = resources.settings.model_copy(update={"metrics_port": port})
    return replace(resources, settings=settings)


async def test_an_outage_is_seen(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away() -> None:
        raise OSError

    port = free_port()
    async with running_service(database_url, metrics_port=port):
        monkeypatch.setitem(CHECKS, "database", lambda _: away())
        text = (await read(port)).text
    assert 'dependency_up{dependency="database"} 0.0' in text
    assert 'dependency_up{dependency="state"} 1.0' in text


def test_a_process_serves_both_ports_and_stops(tmp_path: Path, database_url: str) -> None:
    port = free_port()
    with serving(tmp_path, database_url, METRICS_PORT=str(port)) as service:
        assert httpx2.get(f"http://127.0.0.1:{port}/metrics").status_code == 200
        assert httpx2.get(f"{service.url}/metrics").status_code == 404
        service.process.terminate()
        _, error = service.process.communicate(timeout=15)
    assert (service.process.returncode, error) == (0, "")


def test_a_port_that_is_taken_is_told_without_a_trace(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ports = {"PORT": str(free_port()), "METRICS_PORT": port}
        for name, value in {**ENVIRONMENT, "DATABASE_URL": database_url, **ports}.items():
            monkeypatch.setenv(name, value)
        assert main(["serve"]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert error.splitlines()[1:] == [
        f"  METRICS_PORT: cannot listen on {port} of METRICS_HOST: address already in use; "
        "each process on a machine needs a port of its own"
    ]


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "nowhere.invalid"])
async def test_an_address_of_another_machine_is_told(resources: Resources, host: str) -> None:
    settings = with_port(resources, free_port()).settings
    settings = settings.model_copy(update={"metrics_host": host})
    with pytest.raises(SettingsError, match="METRICS_PORT: cannot listen on"):
        check_port(settings)
