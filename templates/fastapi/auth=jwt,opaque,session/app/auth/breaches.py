"""Breached passwords, looked up at a range service.

It is asked for all hashes with the same first five digits, so it does not learn which one was meant
(k-anonymity, see https://haveibeenpwned.com/API/v3#PwnedPasswords).
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Final, Self

import httpx2
import structlog
from structlog.typing import FilteringBoundLogger

from app.settings import Settings

log: FilteringBoundLogger = structlog.get_logger()

_SECONDS: Final = 2.0
_MAX_BYTES: Final = 256 * 1024
_PREFIX_LENGTH: Final = 5


class Breaches:
    """Asks the service of `PASSWORD_BREACH_URL`, if there is one."""

    def __init__(self, url: str, client: httpx2.AsyncClient | None) -> None:
        self._url = url
        self._client = client

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Keep the client open while the service runs."""
        # At level info it logs each URL, which contains a part of the hash, with the request id.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        url = settings.password_breach_url
        client = httpx2.AsyncClient(follow_redirects=False, timeout=_SECONDS) if url else None
        async with client or nullcontext():
            yield cls(url, client)

    async def contain(self, password: str) -> bool:
        """Return whether a prepared password is known from a breach.

        Returns False if the service does not answer in time: its outage must not prevent setting a
        password.
        """
        if self._client is None:
            return False
        # Not for secrecy: the service lists passwords by this hash.
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        try:
            async with asyncio.timeout(_SECONDS):
                listed = await self._range(self._client, digest[:_PREFIX_LENGTH])
        except (httpx2.HTTPError, TimeoutError, ValueError) as error:
            log.warning("password.breach_check.failed", error=type(error).__name__)
            return False
        # Lines with a count of 0 are padding.
        return listed.get(digest[_PREFIX_LENGTH:], 0) > 0

    async def _range(self, client: httpx2.AsyncClient, prefix: str) -> dict[str, int]:
        """Fetch the rest of each hash with a prefix, and how often it was seen."""
        body = b""
        # Padding: the length of a response must not reveal the range to an eavesdropper.
        headers = {"Add-Padding": "true"}
        async with client.stream("GET", f"{self._url}/{prefix}", headers=headers) as answer:
            if answer.status_code != 200:
                raise ValueError("the service did not answer with a list")
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise ValueError("the list is too long")
        lines = (line.partition(":") for line in body.decode("ascii").splitlines())
        return {suffix.strip().upper(): int(count) for suffix, _, count in lines}
