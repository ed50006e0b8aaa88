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
from app.telemetry.hashing import time_hashing

# Microseconds of processor time in each period, where the kernel has control groups (cgroup v2).
_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")

Values = TypeVarTuple("Values")
Result = TypeVar("Result")


class Passwords:
    """Hashes and verifies on one thread per processor of this process.

    More would not be faster, and would starve the requests that need no hashing.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHash((HASHER,))
        self._limiter = CapacityLimiter(usable_processors())
        self._nobody = self._hasher.hash("nobody has this password")

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Keep the hasher open while the service runs."""
        yield cls()

    async def run(self, work: Callable[[*Values], Result], *values: *Values) -> Result:
        """Run a function on one of the threads."""
        return await anyio.to_thread.run_sync(work, *values, limiter=self._limiter)

    @time_hashing
    async def hash(self, password: str) -> str:
        """Hash a password for storage, salt and parameters included.

        Raises `ValueError` for text that cannot be a password.
        """
        prepared = prepare(password)
        if prepared is None:
            raise ValueError("a password was not prepared")
        return await self.run(self._hasher.hash, prepared)

    @time_hashing
    async def verify(self, password: str, password_hash: str | None) -> tuple[bool, str | None]:
        """Compare; the second value is a new hash to store if the parameters have changed.

        Without a valid hash it takes as long and returns False: the time must not reveal which
        accounts exist (CWE-208).
        """
        known = password_hash or self._nobody
        # Text that cannot be a password is compared as the empty one, which no account has.
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

    A container may be limited to some of them or to a share of their time; more concurrent hashes
    would only hold memory for longer.
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
        # The file does not exist or contains `max`.
        return None
