"""What the service does while Redis is away."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from redis import Redis
from redis.exceptions import RedisError

from app.health.checks import CHECKS
from app.settings.types import Rate
from app.state import circuit
from app.state.connection import CONNECTIONS
from tests.support.redis_server import RedisServer, Route, redis_server
from tests.support.service import Service, running_service

RATE = Rate(requests=3, seconds=60)
ME = "/api/v1/users/me"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


@pytest.fixture
async def service(server: RedisServer, database_url: str) -> AsyncIterator[Service]:
    async with running_service(
        database_url, redis_url=server.url, rate_limit_default="3/minute"
    ) as service:
        yield service


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Mock:
    log = Mock()
    monkeypatch.setattr(circuit, "log", log)
    return log


async def _recovered(service: Service) -> bool:
    for _ in range(50):
        if (await service.client.get("/health/ready")).status_code == 200:
            return True
        await asyncio.sleep(0.1)
    return False


async def test_guessing_stays_limited(service: Service, server: RedisServer) -> None:
    server.kill()
    statuses = [(await service.client.get(ME)).status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


async def test_requests_at_the_same_time_stay_limited(
    service: Service, server: RedisServer
) -> None:
    server.kill()
    waits = await asyncio.gather(*(service.resources.store.hit("key", RATE) for _ in range(40)))
    assert waits.count(0) == RATE.requests


async def test_counters_can_be_reset_meanwhile(service: Service, server: RedisServer) -> None:
    store = service.resources.store
    server.kill()
    keys = [str(number) for number in range(20)]
    for key in keys:
        await store.hit(key, RATE)
    # The removal of expired counters begins, with these keys.
    await asyncio.sleep(0)
    for key in keys:
        await store.forget(key, RATE)
    counters = store._fallback.storage
    await counters.timer  # type: ignore[attr-defined]
    assert not counters.events  # type: ignore[attr-defined]


async def test_readiness_says_so_until_redis_is_back(service: Service, server: RedisServer) -> None:
    assert (await service.client.get("/health/ready")).status_code == 200
    server.kill()
    for _ in range(2):
        answer = await service.client.get("/health/ready")
        assert answer.status_code == 503
        assert answer.json() == {
            "status": "unavailable",
            "checks": dict.fromkeys(CHECKS, "ok") | {"state": "unavailable"},
        }
    server.start()
    assert await _recovered(service)


async def test_limits_are_shared_again_once_redis_is_back(
    service: Service, server: RedisServer
) -> None:
    server.kill()
    await service.resources.store.hit("key", RATE)
    server.start()
    assert await _recovered(service)
    await service.resources.store.hit("key", RATE)
    with Redis.from_url(server.url) as redis:
        assert any(b"limits" in key for key in redis.scan_iter())


async def test_an_outage_is_logged_once_and_so_is_its_end(
    service: Service, server: RedisServer, log: Mock
) -> None:
    server.kill()
    for _ in range(5):
        await service.resources.store.hit("key", RATE)
        await service.resources.store.get("key")
        await service.client.get("/health/ready")
    server.start()
    assert await _recovered(service)
    log.error.assert_called_once_with("state.lost", error="ConnectionError")
    assert [call.args for call in log.warning.call_args_list] == [("state.recovered",)]


async def test_a_burst_is_no_outage(service: Service, log: Mock) -> None:
    answers = await asyncio.gather(*(service.client.get(ME) for _ in range(500)))
    assert {answer.status_code for answer in answers} <= {401, 429}
    assert (await service.client.get("/health/ready")).status_code == 200
    log.error.assert_not_called()


async def test_a_wait_for_a_connection_is_no_outage(service: Service, log: Mock) -> None:
    store = service.resources.store
    slow = (store._ask(store._redis.blpop, ["nothing"], 0.3) for _ in range(4 * CONNECTIONS))
    await asyncio.gather(*slow, store.hit("key", RATE), store.ping())
    log.error.assert_not_called()


async def test_a_process_that_is_kept_busy_is_no_outage(service: Service, log: Mock) -> None:
    store = service.resources.store
    asked = asyncio.create_task(store._ask(store._redis.blpop, ["nothing"], 0.3))
    await asyncio.sleep(0.1)
    time.sleep(1)  # noqa: ASYNC251  (it keeps the event loop from reading the answer)
    await asked
    log.error.assert_not_called()


async def test_what_is_counted_meanwhile_is_added(service: Service, server: RedisServer) -> None:
    store = service.resources.store
    await store.add("key", 60)
    store._circuit.open(RedisError())
    await asyncio.gather(*(store.add("key", 60) for _ in range(3)))
    assert await _recovered(service)
    assert [await store.take("key"), await store.take("key")] == [4, 0]


async def test_no_request_waits_for_a_redis_that_is_silent(
    service: Service, server: RedisServer
) -> None:
    store = service.resources.store
    await store.hit("key", RATE)
    server.freeze()
    began = time.perf_counter()
    await store.hit("key", RATE)
    assert time.perf_counter() - began < 2
    began = time.perf_counter()
    for number in range(50):
        await store.hit(str(number), RATE)
        await store.set("key", b"value", 60)
        await store.get("key")
        await store.delete("key")
    assert time.perf_counter() - began < 0.2


async def test_a_redis_that_dies_under_load_fails_no_request(
    server: RedisServer, database_url: str
) -> None:
    async with (
        running_service(database_url, redis_url=server.url) as service,
        service.caller() as caller,
    ):

        async def call(number: int) -> int:
            await asyncio.sleep(number / 200)
            if number == 100:
                server.kill()
            return (await caller.client.get(ME)).status_code

        assert set(await asyncio.gather(*(call(number) for number in range(200)))) == {200}


async def test_nothing_is_cached_meanwhile(service: Service, server: RedisServer) -> None:
    store = service.resources.store
    server.kill()
    await store.set("key", b"value", 60)
    assert await store.get("key") is None


async def test_what_could_not_be_deleted_meanwhile_is_gone_afterwards(
    service: Service, server: RedisServer
) -> None:
    store = service.resources.store
    await store.set("key", b"value", 60)
    store._circuit.open(RedisError())
    await store.delete("key")
    assert await _recovered(service)
    assert await store.get("key") is None


async def test_a_full_redis_counts_as_away(service: Service, server: RedisServer) -> None:
    with Redis.from_url(server.url) as redis:
        redis.config_set("maxmemory", "1")
        assert [await service.resources.store.hit("key", RATE) > 0 for _ in range(4)] == [
            False,
            False,
            False,
            True,
        ]
        assert (await service.client.get("/health/ready")).status_code == 503
        await asyncio.sleep(circuit.PROBE_SECONDS * 1.5)
        assert (await service.client.get("/health/ready")).status_code == 503
        redis.config_set("maxmemory", "0")
    assert await _recovered(service)


async def test_the_service_follows_the_name_to_a_new_primary(
    server: RedisServer, tmp_path: Path, database_url: str
) -> None:
    route = Route(server.port)
    url = await route.open()
    try:
        async with running_service(database_url, redis_url=url) as service:
            assert (await service.client.get("/health/ready")).status_code == 200
            with redis_server(tmp_path) as primary, Redis.from_url(server.url) as former:
                # It keeps its connections, and refuses to write.
                former.replicaof("127.0.0.1", primary.port)
                assert (await service.client.get("/health/ready")).status_code == 503
                route.port = primary.port
                assert await _recovered(service)
    finally:
        route.close()


async def test_the_service_starts_without_redis(server: RedisServer, database_url: str) -> None:
    server.kill()
    async with running_service(database_url, redis_url=server.url) as service:
        assert (await service.client.get("/health/live")).status_code == 200
        assert (await service.client.get(ME)).status_code == 401
        server.start()
        assert await _recovered(service)
