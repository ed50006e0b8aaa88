"""Password hashing, off the event loop (OWASP Password Storage Cheat Sheet)."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import anyio.to_thread
from anyio import CapacityLimiter
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

from app.auth.password_hasher import HASHER
from app.settings import Settings


class Passwords:
    """Hashes and verifies, on as many threads as there are processors.

    More at once would not be faster, and would starve the requests that need no hashing.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHash((HASHER,))
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

        Without a hash to compare with, or with one that is none, it takes as long, and the answer
        is False: time must not tell which accounts exist (CWE-208).
        """
        known = password_hash or self._nobody
        matches, fresh = await anyio.to_thread.run_sync(
            self._verify, password, known, limiter=self._limiter
        )
        return (matches, fresh) if password_hash else (False, None)

    def _verify(self, password: str, password_hash: str) -> tuple[bool, str | None]:
        try:
            return self._hasher.verify_and_update(password, password_hash)
        except UnknownHashError:
            self._hasher.verify(password, self._nobody)
            return False, None
