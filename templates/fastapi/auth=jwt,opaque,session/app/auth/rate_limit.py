"""Rate limits of authentication, stricter than those of other requests (OWASP API2:2023)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request

from app.auth.known_clients import is_known
from app.errors import TooManyRequests
from app.resources import Resources, ResourcesDep
from app.security.rate_limit import RateLimiter


class AttemptLimiter(RateLimiter):
    """Counts attempts separately from other requests."""

    def __init__(self, resources: Resources, request: Request) -> None:
        super().__init__(resources, request)
        self._rate = resources.settings.rate_limit_auth

    @asynccontextmanager
    async def attempting(
        self, what: str, account: str, client_address: str | None
    ) -> AsyncIterator[None]:
        """Count a sign-in attempt by client address and, unless it succeeds, by account.

        It is counted before it is tried, so that concurrent attempts cannot all pass the check. A
        success is uncounted.
        """
        await self.count(what, f"address:{self.address}", self._rate)
        caller = f"account:{account.lower()}"
        try:
            await self.count(what, caller, self._rate)
        except TooManyRequests:
            # An attacker who guesses from changing addresses must not lock the owner out.
            if not await is_known(self._resources, account, client_address):
                raise
            caller = f"{caller}:{self.address}"
            await self.count(what, caller, self._rate)
        yield
        await self._forget(what, caller)

    async def limit_auth(self, what: str, *, account: str | None = None) -> None:
        """Count an attempt at `what` by client address and by target account."""
        await self.count(what, f"address:{self.address}", self._rate)
        if account is not None:
            await self.count(what, f"account:{account.lower()}", self._rate)

    async def _forget(self, what: str, caller: str) -> None:
        """Reset the count of a caller's attempts."""
        if self._resources.settings.rate_limit_enabled:
            await self._resources.store.forget(self._key(what, caller), self._rate)


async def _rate_limiter(request: Request, resources: ResourcesDep) -> AttemptLimiter:
    return AttemptLimiter(resources, request)


RateLimiterDep = Annotated[AttemptLimiter, Depends(_rate_limiter)]
