"""Password hashing, off the event loop (OWASP Password Storage Cheat Sheet)."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

import anyio.to_thread
from anyio import CapacityLimiter
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.settings import Settings

# OWASP's second choice for Argon2id: 19 MiB, two passes, one lane.
_ARGON2ID: Final = Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Passwords:
    """Hashes and verifies, on as many threads as there are processors.

    More at once would not be faster, and would starve the requests that need no hashing.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHash((_ARGON2ID,))
        self._limiter = CapacityLimiter(os.cpu_count() or 1)
        self._nobody = self._hasher.hash("nobody has this password")

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Make the hasher for as long as the service runs."""
        yield cls()

    async def hash(self, password: str) -> str:
        """Hash a password for storage, salt and parameters included."""
        return await anyio.to_thread.run_sync(self._hasher.hash, password, limiter=self._limiter)

    async def verify(self, password: str, password_hash: str | None) -> tuple[bool, str | None]:
        """Compare; the second value is a hash to store instead, when parameters have changed.

        Without a hash to compare with it takes as long, and the answer is False: time must not
        tell which accounts exist (CWE-208).
        """
        known = password_hash or self._nobody
        matches, fresh = await anyio.to_thread.run_sync(
            self._hasher.verify_and_update, password, known, limiter=self._limiter
        )
        return (matches, fresh) if password_hash else (False, None)
