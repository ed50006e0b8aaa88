"""Passwords are hashed slowly, on few threads, and never on the event loop."""

import asyncio
import os
import threading
import time
from pathlib import Path

import pytest

from app.auth.hashing import Passwords, usable_processors
from app.auth.password_hasher import HASHER
from tests.support.passwords import OTHER_PASSWORD, PASSWORD


class Recorder:
    """A stand-in for the hasher that records its threads and their concurrency."""

    def __init__(self) -> None:
        self.threads: set[int] = set()
        self.most_at_once = 0
        self._working = 0
        self._lock = threading.Lock()

    def hash(self, password: str) -> str:
        with self._lock:
            self.threads.add(threading.get_ident())
            self._working += 1
            self.most_at_once = max(self.most_at_once, self._working)
        time.sleep(0.01)
        with self._lock:
            self._working -= 1
        return password

    def verify_and_update(self, password: str, _hash: str) -> tuple[bool, None]:
        self.hash(password)
        return True, None


@pytest.fixture
async def passwords() -> Passwords:
    return Passwords()


async def test_each_hash_has_a_salt_of_its_own(passwords: Passwords) -> None:
    assert await passwords.hash(PASSWORD) != await passwords.hash(PASSWORD)


async def test_a_password_matches_its_own_hash_only(passwords: Passwords) -> None:
    password_hash = await passwords.hash(PASSWORD)
    assert await passwords.verify(PASSWORD, password_hash) == (True, None)
    assert await passwords.verify(OTHER_PASSWORD, password_hash) == (False, None)


async def test_without_a_hash_nothing_matches_and_one_is_verified_all_the_same(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await passwords.verify("nobody has this password", None) == (False, None)
    recorder = Recorder()
    monkeypatch.setattr(passwords, "_hasher", recorder)
    assert await passwords.verify(PASSWORD, None) == (False, None)
    assert len(recorder.threads) == 1


@pytest.mark.parametrize(
    "unknown", ["!", "plain text", "$1$salt$hash", "$9$nothing$like it", PASSWORD]
)
async def test_nothing_matches_a_hash_of_an_unknown_form_and_it_takes_as_long(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch, unknown: str
) -> None:
    compared: list[str] = []
    verify = HASHER.verify

    def counted(password: str | bytes, password_hash: str | bytes) -> bool:
        compared.append(str(password_hash))
        return verify(password, password_hash)

    monkeypatch.setattr(HASHER, "verify", counted)
    assert await passwords.verify("nobody has this password", unknown) == (False, None)
    assert len(compared) == 1


async def test_hashing_is_off_the_event_loop_and_bounded(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    monkeypatch.setattr(passwords, "_hasher", recorder)
    processors = usable_processors()
    await asyncio.gather(
        *[passwords.hash(PASSWORD) for _ in range(processors * 4)],
        *[passwords.verify(PASSWORD, "hash") for _ in range(processors * 4)],
    )
    assert threading.get_ident() not in recorder.threads
    assert recorder.most_at_once <= processors


def test_only_the_processors_that_the_process_may_use_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As in a container that was given two of the machine's 64 processors.
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {3, 7}, raising=False)
    assert Passwords()._limiter.total_tokens == 2


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("100000 100000\n", 1),
        ("50000 100000\n", 1),
        ("max 100000\n", None),
        ("900000000 100000\n", None),
        ("\n", None),
        ("100000 0 0\n", None),
    ],
)
def test_a_share_of_the_processors_bounds_the_threads(
    tmp_path: Path, text: str, most: int | None
) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text(text)
    everything = usable_processors(tmp_path / "absent")
    assert usable_processors(quota) == (most or everything)
