"""Counters and the cache, wherever they are kept."""

import asyncio

import pytest

from app.settings.types import Rate
from app.state.store import Store
from tests.support.service import Service

RATE = Rate(requests=3, seconds=60)


@pytest.fixture
def store(service: Service) -> Store:
    return service.resources.store


async def test_requests_within_the_rate_need_not_wait(store: Store) -> None:
    assert [await store.hit("key", RATE) for _ in range(3)] == [0, 0, 0]


async def test_a_request_over_the_rate_is_told_how_long_to_wait(store: Store) -> None:
    for _ in range(3):
        await store.hit("key", RATE)
    assert 58 <= await store.hit("key", RATE) <= 60


async def test_what_is_forgotten_counts_no_more(store: Store) -> None:
    for key in ("key", "other"):
        for _ in range(3):
            await store.hit(key, RATE)
    await store.forget("key", RATE)
    assert await store.hit("key", RATE) == 0
    assert await store.hit("other", RATE) > 0


async def test_each_key_is_counted_for_itself(store: Store) -> None:
    for _ in range(3):
        await store.hit("key", RATE)
    assert await store.hit("other", RATE) == 0


async def test_the_window_moves_on(store: Store) -> None:
    rate = Rate(requests=1, seconds=1)
    assert await store.hit("key", rate) == 0
    assert await store.hit("key", rate) == 1
    await asyncio.sleep(1.05)
    assert await store.hit("key", rate) == 0


async def test_requests_at_the_same_time_are_counted_exactly(store: Store) -> None:
    rate = Rate(requests=10, seconds=60)
    waits = await asyncio.gather(*(store.hit("key", rate) for _ in range(40)))
    assert waits.count(0) == 10


async def test_what_is_cached_is_found_until_it_expires(store: Store) -> None:
    await store.set("key", b"value", 1)
    assert await store.get("key") == b"value"
    await asyncio.sleep(1.05)
    assert await store.get("key") is None


async def test_what_is_cached_again_is_found_as_it_is_now(store: Store) -> None:
    await store.set("key", b"before", 60)
    await store.set("key", b"after", 60)
    assert await store.get("key") == b"after"


async def test_what_is_deleted_is_gone(store: Store) -> None:
    await store.set("key", b"value", 60)
    await store.set("other", b"value", 60)
    await store.delete("key")
    await store.delete("unknown")
    assert await store.get("key") is None
    assert await store.get("other") == b"value"


async def test_a_tally_is_exact_and_begins_anew_when_it_is_taken(store: Store) -> None:
    await asyncio.gather(*(store.add("key", 60) for _ in range(40)))
    await store.add("other", 60)
    assert sorted(await asyncio.gather(*(store.take("key") for _ in range(3)))) == [0, 0, 40]
    await store.add("key", 60)
    assert await store.take("key") == 1


async def test_a_tally_expires(store: Store) -> None:
    await store.add("key", 1)
    await asyncio.sleep(1.05)
    assert await store.take("key") == 0


async def test_a_store_within_reach_answers(store: Store) -> None:
    await store.ping()
