"""One state for every process of the service."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.support.service import Service, running_service
from tests.support.state import REDIS_URL


@pytest.fixture
async def replicas(database_url: str) -> AsyncIterator[tuple[Service, Service]]:
    """Run the service twice on one Redis."""
    limit = {"rate_limit_default": "3/minute"}
    async with running_service(database_url, **limit) as first:
        prefix = first.resources.settings.redis_key_prefix
        async with running_service(database_url, **limit, redis_key_prefix=prefix) as second:
            yield first, second


async def test_replicas_share_limits(replicas: tuple[Service, Service]) -> None:
    statuses = []
    for attempt in range(5):
        client = replicas[attempt % 2].client
        statuses.append((await client.get("/api/v1/users/me")).status_code)
    assert statuses == [401, 401, 401, 429, 429]


async def test_replicas_share_their_cache(replicas: tuple[Service, Service]) -> None:
    first, second = (replica.resources.store for replica in replicas)
    await first.set("key", b"value", 60)
    assert await second.get("key") == b"value"
    await second.delete("key")
    assert await first.get("key") is None


async def test_replicas_share_tallies(replicas: tuple[Service, Service]) -> None:
    first, second = (replica.resources.store for replica in replicas)
    await first.add("key", 60)
    await second.add("key", 60)
    assert [await first.take("key"), await second.take("key")] == [2, 0]


async def test_services_with_different_prefixes_share_nothing(
    database_url: str, service: Service
) -> None:
    async with running_service(database_url) as another:
        await service.resources.store.set("key", b"value", 60)
        assert await another.resources.store.get("key") is None


async def test_every_key_expires_by_itself(replicas: tuple[Service, Service]) -> None:
    service = replicas[0]
    await service.client.get("/api/v1/users/me")
    await service.client.get("/health/ready")
    await service.resources.store.set("key", b"value", 60)
    await service.resources.store.add("key", 60)
    prefix = service.resources.settings.redis_key_prefix
    async with Redis.from_url(REDIS_URL) as redis:
        keys = [key async for key in redis.scan_iter(match=f"{prefix}:*", count=1_000)]
        assert len(keys) == 4
        assert all([await redis.ttl(key) > 0 for key in keys])
