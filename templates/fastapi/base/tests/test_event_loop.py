"""Nothing blocks the event loop: a request that does stalls all the others."""

import asyncio
import time

import pytest

from app.auth.permissions import Role
from tests.support.event_loop import LONGEST_STEP, watched
from tests.support.service import Caller, Service


async def _walk(service: Service, caller: Caller) -> None:
    """Call the service as an admin, a user and an anonymous caller."""
    for path in (
        "/health/live",
        "/health/ready",
        "/api/v1/users/me",
        "/api/v1/users",
        "/api/v1/users/export",
        f"/api/v1/users/{caller.user.id}",
        "/nowhere",
    ):
        await caller.client.get(path)
        await service.client.get(path)
    await caller.client.patch("/api/v1/users/me", json={"full_name": "New"})


@pytest.mark.usefixtures("nothing_to_collect")
async def test_no_request_blocks_it(service: Service) -> None:
    async with service.caller(Role.ADMIN) as caller:
        # The first walk imports and compiles what is needed later.
        await _walk(service, caller)
        with watched() as found:
            await _walk(service, caller)
            async with service.caller():
                pass
    assert found == []


async def test_what_blocks_it_would_be_found() -> None:
    with watched() as found:
        await asyncio.sleep(0)
        time.sleep(0)  # noqa: ASYNC251
        with open(__file__, "rb"):  # noqa: ASYNC230, PTH123
            pass
        busy_until = time.thread_time() + 2 * LONGEST_STEP
        while time.thread_time() < busy_until:
            pass
        await asyncio.sleep(0)
        await asyncio.to_thread(time.sleep, 0)
    assert [text.split(" ")[0] for text in found[:2]] == ["time.sleep", "open"]
    assert len(found) == 3
