"""How spans leave the process, and that nobody waits for them."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind

from app.resources import Resources
from app.telemetry import span_export
from tests.support.collector import collecting
from tests.support.event_loop import watched
from tests.support.server import free_port
from tests.support.service import Service, running_service

ME = "/api/v1/users/me"


@pytest.fixture(autouse=True)
def sending_has_ended() -> Iterator[None]:
    """Wait for what an unresponsive collector keeps busy: it logs, and the next test reads logs."""
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("OtelBatch"):
            thread.join(timeout=10)


async def seconds_of_requests(service: Service, count: int = 40) -> float:
    """Return how long the slowest of many requests took."""
    slowest = 0.0
    for _ in range(count):
        begun = time.perf_counter()
        assert (await service.client.get(ME)).status_code == 401
        slowest = max(slowest, time.perf_counter() - begun)
    return slowest


def make_spans(resources: Resources, count: int) -> None:
    for _ in range(count):
        with resources.tracing.begin("many", SpanKind.INTERNAL, None):
            pass


def queued(resources: Resources) -> int:
    reporter = resources.tracing.reporter
    assert reporter is not None
    assert isinstance(reporter.processor, BatchSpanProcessor)
    return len(reporter.processor._batch_processor._queue)


async def test_batches_go_where_the_settings_say(database_url: str) -> None:
    with collecting() as collector:
        async with running_service(
            database_url,
            otel_exporter_otlp_endpoint=f"{collector.endpoint}/otlp/",
            otel_exporter_otlp_headers="Authorization=Bearer%20t0ken, x-team=a",
        ) as service:
            await seconds_of_requests(service)
    assert set(collector.paths) == {"/otlp/v1/traces"}
    assert collector.headers[0]["authorization"] == "Bearer t0ken"
    assert collector.headers[0]["x-team"] == "a"
    assert collector.headers[0]["content-type"] == "application/x-protobuf"
    assert len(collector.named(f"GET {ME}")) == 40
    assert len(collector.bodies) < 10
    assert collector.resources[0] == {
        "service.name": service.resources.settings.app_name,
        "deployment.environment.name": "test",
    }


async def test_a_collector_that_hangs_slows_no_request(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(span_export, "_EVERY_MILLISECONDS", 10)
    monkeypatch.setattr(span_export, "_FLUSH_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            await seconds_of_requests(service, 1)
            await asyncio.sleep(0.1)
            with watched() as found:
                slowest = await seconds_of_requests(service)
            make_spans(service.resources, 2 * span_export.QUEUE)
            assert queued(service.resources) == span_export.QUEUE
            begun = time.perf_counter()
        assert time.perf_counter() - begun < 5
    assert slowest < 1
    assert [blocked for blocked in found if "socket" in blocked] == []


async def test_a_collector_that_is_away_is_reported_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(span_export, "_EVERY_MILLISECONDS", 20)
    with collecting() as collector:
        collector.status = 500
        endpoint = collector.endpoint
        async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
            for status in (500, 500, 200, 200):
                collector.status = status
                await seconds_of_requests(service, 2)
                await asyncio.sleep(0.3)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    events = [line["event"] for line in lines if line["event"] != "request"]
    assert events == ["traces.lost", "traces.recovered"]
    assert len(collector.named(f"GET {ME}")) == 4


async def test_a_port_that_nobody_listens_on_stops_nobody(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(span_export, "_EVERY_MILLISECONDS", 10)
    endpoint = f"http://127.0.0.1:{free_port()}"
    async with running_service(database_url, otel_exporter_otlp_endpoint=endpoint) as service:
        assert await seconds_of_requests(service) < 1
        begun = time.perf_counter()
    assert time.perf_counter() - begun < 5
