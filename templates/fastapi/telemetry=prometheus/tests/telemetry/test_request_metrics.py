"""Metrics of requests: what they count, and that no caller can make more of them."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest
from fastapi.responses import StreamingResponse
from prometheus_client import generate_latest

from app.route_table import operations_of
from app.telemetry.metrics import REGISTRY
from app.telemetry.request_metrics import OTHER, UNMATCHED
from tests.support.service import Caller, Service, running_service

COUNT = "http_server_request_duration_seconds_count"
USER = "/api/v1/users/{user_id}"


def counted(method: str, route: str, status: int) -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value(COUNT, labels) or 0


def crashes() -> float:
    """Count them on every route: not every release knows the template of a late one."""
    samples = [sample for metric in REGISTRY.collect() for sample in metric.samples]
    return sum(s.value for s in samples if s.name == COUNT and s.labels["status"] == "500")


def labels_of_all() -> list[dict[str, str]]:
    return [sample.labels for metric in REGISTRY.collect() for sample in metric.samples]


async def test_a_request_is_counted_by_its_route(admin: Caller) -> None:
    before = counted("GET", USER, 404), counted("GET", UNMATCHED, 404)
    await admin.client.get(f"/api/v1/users/{uuid4()}")
    await admin.client.head(f"/api/v1/users/{uuid4()}")
    await admin.client.get("/nowhere")
    after = counted("GET", USER, 404), counted("GET", UNMATCHED, 404)
    assert after == (before[0] + 2, before[1] + 1)
    assert REGISTRY.get_sample_value("http_server_active_requests") == 0


async def test_a_crash_is_counted(service: Service) -> None:
    async def crash() -> None:
        raise RuntimeError

    service.app.add_api_route("/crash", crash)
    before = crashes()
    assert (await service.client.get("/crash")).status_code == 500
    assert crashes() == before + 1


async def test_an_answer_that_breaks_off_is_counted_as_a_crash(service: Service) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"first"
        raise RuntimeError

    async def route() -> StreamingResponse:
        return StreamingResponse(broken())

    service.app.add_api_route("/broken", route)
    before = crashes()
    transport = httpx2.ASGITransport(service.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        with pytest.raises(RuntimeError):
            await client.get("/broken")
    assert crashes() == before + 1


async def test_callers_cannot_add_series(service: Service, user: Caller) -> None:
    before = labels_of_all()
    for number in range(20):
        marked = f"hunter{number}"
        await user.client.request(marked.upper(), f"/api/v1/{marked}/{uuid4()}?token={marked}")
        await user.client.get("/api/v1/users/me", headers={"Host": f"{marked}.example"})
        await user.client.patch(f"/api/v1/users/me?{marked}=1", headers={"User-Agent": marked})
        await user.client.get(f"/api/v1/users/{marked}", headers={"X-Request-ID": f"{marked}-id"})
    assert b"hunter" not in generate_latest(REGISTRY).lower()
    routes = {operation.path for operation in operations_of(service.app)}
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    for labels in [labels for labels in labels_of_all() if labels not in before]:
        assert labels.get("method", OTHER) in methods | {OTHER}
        assert labels.get("route", UNMATCHED) in routes | {UNMATCHED}


async def test_probes_are_not_counted(service: Service) -> None:
    for path in ("/health/live", "/health/ready"):
        await service.client.get(path)
    assert not [
        sample
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if "health" in sample.labels.get("route", "")
    ]


async def test_what_a_rate_limit_refuses_is_counted_by_its_name(database_url: str) -> None:
    def refused() -> float:
        return REGISTRY.get_sample_value("rate_limit_refusals_total", {"limit": "default"}) or 0

    before = refused()
    async with running_service(database_url, rate_limit_default="2/hour") as service:
        for _ in range(5):
            await service.client.get("/api/v1/users/me")
    assert refused() == before + 3
