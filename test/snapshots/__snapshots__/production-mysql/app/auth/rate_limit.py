"""Rate limits of proving who one is: fewer attempts than other requests (OWASP API2:2023)."""

import hashlib
from typing import Annotated

from fastapi import Depends, Request

from app.resources import Resources, ResourcesDep
from app.security.rate_limit import RateLimiter


class AttemptLimiter(RateLimiter):
    """Counts attempts apart from other requests."""

    def __init__(self, resources: Resources, request: Request) -> None:
        super().__init__(resources, request)
        self._rate = resources.settings.rate_limit_auth

    async def limit_auth(self, what: str, *, account: str | None = None) -> None:
        """Count an attempt at `what` by client address, and by the account that it aims at."""
        await self.count(what, f"address:{self.address}", self._rate)
        if account is not None:
            # Hashed: a store that others can read must not list who signs in.
            digest = hashlib.sha256(account.lower().encode()).hexdigest()
            await self.count(what, f"account:{digest}", self._rate)


async def _rate_limiter(request: Request, resources: ResourcesDep) -> AttemptLimiter:
    return AttemptLimiter(resources, request)


RateLimiterDep = Annotated[AttemptLimiter, Depends(_rate_limiter)]
