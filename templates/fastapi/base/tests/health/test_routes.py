"""Probes: what they say, and what they keep to themselves."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from app.health import readiness
from app.health.checks import CHECKS
from app.health.readiness import LOOK_EVERY_SECONDS
from app.resources import Resources
from tests.support.database import as_owner, empty_database
from tests.support.migrations import migrated_database
from tests.support.problems import problem_of
from tests.support.queries import record_release, recorded_statements
from tests.support.service import Service, running_service


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


async def test_a_service_that_is_told_to_stop_is_not_ready(service: Service) -> None:
    service.app.state.stopping = True
    try:
        response = await service.client.get("/health/ready")
        assert response.status_code == 503
        assert response.json() == {"status": "unavailable", "checks": dict.fromkeys(CHECKS, "ok")}
        assert (await service.client.get("/health/live")).status_code == 200
    finally:
        # Other tests use the application again.
        service.app.state.stopping = False


async def test_a_check_that_hangs_times_out(
    client: httpx2.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(readiness, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr(resources.database, "ping", hang)
    begun = time.monotonic()
    response = await client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"] == dict.fromkeys(CHECKS, "ok") | {"database": "unavailable"}
    assert time.monotonic() - begun < 2


async def test_a_flood_of_probes_checks_once_a_second(
    client: httpx2.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    async def count() -> None:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0.01)

    # The other tests look on each call.
    monkeypatch.setattr(readiness, "LOOK_EVERY_SECONDS", LOOK_EVERY_SECONDS)
    monkeypatch.setattr(resources.database, "ping", count)
    answers = await asyncio.gather(*(client.get("/health/ready") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert looks == 1
    await asyncio.sleep(LOOK_EVERY_SECONDS)
    await client.get("/health/ready")
    assert looks == 2


@pytest.fixture
def unmigrated_url(tmp_path: Path) -> Iterator[str]:
    with empty_database(tmp_path) as url:
        yield url


async def test_a_database_before_migrate_is_not_ready(unmigrated_url: str) -> None:
    async with running_service(unmigrated_url) as service:
        response = await service.client.get("/health/ready")
        assert response.status_code == 503
        assert response.json()["checks"]["database"] == "unavailable"
        assert (await service.client.get("/health/live")).status_code == 200


@pytest.fixture
def unshared_url(tmp_path: Path) -> Iterator[str]:
    """Give a database with the newest schema that no other test reads."""
    with migrated_database(tmp_path) as url:
        yield url


async def test_a_schema_of_an_earlier_release_is_not_ready_and_one_of_a_later_is(
    unshared_url: str,
) -> None:
    async with (
        running_service(unshared_url) as service,
        running_service(as_owner(unshared_url)) as owner,
    ):
        await record_release(owner.resources, "later")
        assert (await service.client.get("/health/ready")).status_code == 200
        await record_release(owner.resources, "earlier")
        assert (await service.client.get("/health/ready")).status_code == 503


async def test_a_query_is_refused(client: httpx2.AsyncClient) -> None:
    for path in ("/health/live", "/health/ready"):
        problem_of(await client.get(f"{path}?verbose=1"), 422)
