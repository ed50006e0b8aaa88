"""What the memory of the process holds at most."""

import asyncio

from app.settings.types import Rate
from app.state.store import CAPACITY, Store
from tests.support.service import Service


async def test_the_least_used_values_make_room_for_new_ones(service: Service) -> None:
    store = service.resources.store
    for number in range(CAPACITY):
        await store.set(str(number), b"value", 60)
    assert await store.get("0") == b"value"
    await store.set("one more", b"value", 60)
    assert await store.get("0") == b"value"
    assert await store.get("1") is None
    assert await store.get("2") == b"value"


async def test_counters_are_let_go_with_their_window() -> None:
    store = Store()
    for number in range(50):
        await store.hit(str(number), Rate(requests=1, seconds=1))
    await asyncio.sleep(1.1)
    for _ in range(3):
        await store.hit("key", Rate(requests=10, seconds=60))
        await asyncio.sleep(0.1)
    assert len(store._limiter.storage.events) == 1  # type: ignore[attr-defined]
