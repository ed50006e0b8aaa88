"""Detects code that blocks the event loop."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

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


# A hook cannot be removed again, so there is a single one, which does nothing when unused.
sys.addaudithook(_hook)


@contextmanager
def watched(longest_step: float = LONGEST_STEP) -> Iterator[list[str]]:
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
        if (spent := time.thread_time() - begun) > longest_step:
            found.append(f"{spent:.3f} s in {handle!r}")

    _watchers.append(watch)
    # What measures coverage would make each line several times as long.
    tracer = sys.gettrace()
    sys.settrace(None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.Handle, "_run", timed)
        # The interpreter announces it from Python 3.13 on only.
        patch.setattr(time, "sleep", watched_sleep)
        try:
            yield found
        finally:
            _watchers.clear()
            sys.settrace(tracer)
