"""Rate limits (OWASP API4:2023), counted in the state store."""

import ipaddress
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Final
from uuid import UUID

import structlog
from fastapi import Request
from structlog.typing import FilteringBoundLogger

from app.audit.trail import record
from app.database.engine import UNUSABLE
from app.errors import TooManyRequests
from app.resources import Resources
from app.settings.types import Rate
from app.telemetry.refusals import count_refusals

log: FilteringBoundLogger = structlog.get_logger()

_PURPOSE: Final = "rate-limit"
# An IPv6 subscriber has a /64: counting single addresses would be useless.
_IPV6_SUBSCRIBER_BITS: Final = 64


class RateLimiter:
    """Counts the requests of one caller; raises `TooManyRequests` over the rate."""

    def __init__(self, resources: Resources, request: Request) -> None:
        self._resources = resources
        self._request = request
        self._principal_id: str | None = None

    @property
    def address(self) -> str:
        """The client address, as it is counted."""
        client = self._request.client
        return counted_address(client.host) if client else "unknown"

    async def limit_default(self, principal_id: str | None) -> None:
        """Count a request, by principal or, without one, by address."""
        self._request.state.counted = True
        self._principal_id = principal_id
        await self.count("default", self._caller(principal_id), self._default)

    async def refuse_flood(self) -> None:
        """Refuse an address over the default rate, without counting this request."""
        await self._limit(self._resources.store.look, "default", self._caller(None), self._default)

    async def count(self, name: str, caller: str, rate: Rate) -> None:
        """Count a request of a caller under a limit's name."""
        self._request.state.limited = True
        await self._limit(self._resources.store.hit, name, caller, rate)

    @property
    def _default(self) -> Rate:
        return self._resources.settings.rate_limit_default

    def _caller(self, principal_id: str | None) -> str:
        return f"principal:{principal_id}" if principal_id else f"address:{self.address}"

    @count_refusals
    async def _limit(
        self, ask: Callable[[str, Rate], Awaitable[int]], name: str, caller: str, rate: Rate
    ) -> None:
        if not self._resources.settings.rate_limit_enabled:
            return
        key = self._key(name, caller)
        if wait := await ask(key, rate):
            await self._report(name, key, rate)
            raise TooManyRequests(
                headers={
                    "Retry-After": str(wait),
                    "RateLimit-Policy": f'"{name}";q={rate.requests};w={rate.seconds}',
                    "RateLimit": f'"{name}";r=0;t={wait}',
                }
            )

    def _key(self, name: str, caller: str) -> str:
        # A keyed hash: addresses cannot be recovered from the store by trial.
        return f"{name}:{self._resources.keys.mac(_PURPOSE, caller.encode()).hex()}"

    async def _report(self, name: str, key: str, rate: Rate) -> None:
        # Once per window: a flood of requests must not become a flood of rows.
        if await self._resources.store.hit(f"reported:{key}", Rate(1, rate.seconds)):
            return
        actor_id = UUID(self._principal_id) if self._principal_id else None
        try:
            async with self._resources.database.transaction() as transaction:
                await record(transaction, "rate_limit.exceeded", actor_id=actor_id, limit=name)
        except UNUSABLE:
            # The request is refused in any case.
            log.exception("audit.lost", limit=name)


@lru_cache(maxsize=4096)
def counted_address(host: str) -> str:
    """Return the address or, for IPv6, the subscriber's network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _IPV6_SUBSCRIBER_BITS), strict=False))
    return host
