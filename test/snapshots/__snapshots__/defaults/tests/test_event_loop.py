"""Nothing blocks the event loop: a request that does stalls all the others."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.auth.permissions import Role
from tests.support.factories import make_note
from tests.support.service import Caller, Service

# What a thread waits for. Each is announced by the interpreter (PEP 578) before it is done.
BLOCKING = {
    "open",
    "os.listdir",
    "os.scandir",
    "socket.connect",
    "socket.getaddrinfo",
    "sqlite3.connect",
    "subprocess.Popen",
}
# Processor seconds between two points where others get their turn; usual are a few thousandths.
LONGEST_STEP = 0.05

_watchers: list[Callable[[str, tuple[Any, ...]], None]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    for watcher in _watchers:
        watcher(event, arguments)


# A hook cannot be removed again, so there is one, and it does nothing while nobody watches.
sys.addaudithook(_hook)


@contextmanager
def _watched() -> Iterator[list[str]]:
    """Record what blocks the loop of this thread."""
    found: list[str] = []
    loop_thread = threading.get_ident()

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in BLOCKING and threading.get_ident() == loop_thread:
            found.append(f"{event} {arguments[:1]}")

    sleep = time.sleep

    def watched_sleep(seconds: float) -> None:
        if threading.get_ident() == loop_thread:
            found.append("time.sleep")
        sleep(seconds)

    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        begun = time.thread_time()
        run(handle)
        if (spent := time.thread_time() - begun) > LONGEST_STEP:
            found.append(f"{spent:.3f} s in {handle!r}")

    _watchers.append(watch)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.Handle, "_run", timed)
        # The interpreter announces it from Python 3.13 on only.
        patch.setattr(time, "sleep", watched_sleep)
        try:
            yield found
        finally:
            _watchers.clear()


async def _walk(service: Service, caller: Caller) -> None:
    """Go through what the service does for an admin, an account and nobody."""
    note = await make_note(service.resources, caller.user)
    for path in (
        "/health/live",
        "/health/ready",
        "/api/v1/users/me",
        "/api/v1/users",
        "/api/v1/users/export",
        f"/api/v1/users/{caller.user.id}",
        "/api/v1/notes",
        f"/api/v1/notes/{note.id}",
        "/nowhere",
    ):
        await caller.client.get(path)
        await service.client.get(path)
    await caller.client.post("/api/v1/notes", json={"title": "t", "body": "b" * 10_000})
    await caller.client.patch(f"/api/v1/notes/{note.id}", json={"title": "u"})
    await caller.client.patch("/api/v1/users/me", json={"full_name": "New"})
    await caller.client.delete(f"/api/v1/notes/{note.id}")


async def test_no_request_blocks_it(service: Service) -> None:
    async with service.caller(Role.ADMIN) as caller:
        # The first walk imports and compiles what is needed later.
        await _walk(service, caller)
        with _watched() as found:
            await _walk(service, caller)
            async with service.caller():
                pass
    assert found == []


async def test_what_blocks_it_would_be_found() -> None:
    with _watched() as found:
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
