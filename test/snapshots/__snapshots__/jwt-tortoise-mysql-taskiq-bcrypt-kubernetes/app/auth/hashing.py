"""Password hashing, off the event loop (OWASP Password Storage Cheat Sheet)."""

import math
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Self, TypeVar, TypeVarTuple

import anyio.to_thread
from anyio import CapacityLimiter
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

from app.auth.password_hasher import HASHER
from app.auth.password_text import prepare
from app.settings import Settings

# Microseconds of processor time in each period, where the kernel has control groups (cgroup v2).
_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")

Values = TypeVarTuple("Values")
Result = TypeVar("Result")


class Passwords:
    """Hashes and verifies, on as many threads as there are processors for this process.

    More at once would not be faster, and would starve the requests that need no hashing.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHash((HASHER,))
        self._limiter = CapacityLimiter(usable_processors())
        self._nobody = self._hasher.hash("nobody has this password")

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Make the hasher for as long as the service runs."""
        yield cls()

    async def run(self, work: Callable[[*Values], Result], *values: *Values) -> Result:
        """Do some work on a password on one of the threads."""
        return await anyio.to_thread.run_sync(work, *values, limiter=self._limiter)

    async def hash(self, password: str) -> str:
        """Hash a password for storage, salt and parameters included.

        Raises `ValueError` for what cannot be one.
        """
        prepared = prepare(password)
        if prepared is None:
            raise ValueError("a password was not prepared")
        return await self.run(self._hasher.hash, prepared)

    async def verify(self, password: str, password_hash: str | None) -> tuple[bool, str | None]:
        """Compare; the second value is a hash to store instead, when parameters have changed.

        Without a hash to compare with, or with one that is none, it takes as long, and the answer
        is False: time must not tell which accounts exist (CWE-208).
        """
        known = password_hash or self._nobody
        # What can be no password is compared all the same: nobody has the empty one.
        matches, fresh = await self.run(self._verify, prepare(password) or "", known)
        return (matches, fresh) if password_hash else (False, None)

    def _verify(self, password: str, password_hash: str) -> tuple[bool, str | None]:
        try:
            return self._hasher.verify_and_update(password, password_hash)
        except UnknownHashError:
            self._hasher.verify(password, self._nobody)
            return False, None


def usable_processors(quota: Path = _QUOTA) -> int:
    """Return how many processors this process may use.

    A container may have some of them, or a share of their time: more hashes at once would only
    hold their memory for longer.
    """
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    return max(1, min(processors, _share(quota) or processors))


def _share(quota: Path) -> int | None:
    try:
        microseconds, period = quota.read_text().split()
        return math.ceil(int(microseconds) / int(period))
    except (OSError, ValueError):
        # There is no such file, or it says `max`.
        return None
