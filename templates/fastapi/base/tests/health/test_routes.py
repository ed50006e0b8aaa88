"""Probes: what they say, and what they keep to themselves."""

import asyncio
import time

import httpx2
import pytest

from app.health import routes
from app.health.checks import CHECKS
from app.resources import Resources
from tests.support.queries import recorded_statements
from tests.support.service import Service


async def test_a_service_that_runs_is_live_and_touches_nothing(client: httpx2.AsyncClient) -> None:
    with recorded_statements() as statements:
        response = await client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["content-type"] == "application/json"
    assert statements == []


async def test_a_service_with_all_it_needs_is_ready(client: httpx2.AsyncClient) -> None:
    response = await client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": dict.fromkeys(CHECKS, "ok")}


@pytest.mark.parametrize(("attribute", "name"), [("database", "database"), ("store", "state")])
async def test_a_service_without_one_of_them_is_not(
    client: httpx2.AsyncClient,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
    *,
    attribute: str,
    name: str,
) -> None:
    async def fail() -> None:
        raise ConnectionError("postgresql://service:hunter2@db.internal:5432/service")

    monkeypatch.setattr(getattr(resources, attribute), "ping", fail)
    response = await client.get("/health/ready")
    assert response.status_code == 503
    checks = dict.fromkeys(CHECKS, "ok") | {name: "unavailable"}
    assert response.json() == {"status": "unavailable", "checks": checks}
    assert (await client.get("/health/live")).status_code == 200


async def test_a_service_that_is_told_to_stop_is_not_ready(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.app.state, "stopping", True)
    response = await service.client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "checks": dict.fromkeys(CHECKS, "ok")}
    assert (await service.client.get("/health/live")).status_code == 200


async def test_a_check_that_hangs_is_given_up(
    client: httpx2.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(routes, "_CHECK_SECONDS", 0.1)
    monkeypatch.setattr(resources.database, "ping", hang)
    begun = time.monotonic()
    response = await client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"] == dict.fromkeys(CHECKS, "ok") | {"database": "unavailable"}
    assert time.monotonic() - begun < 2
