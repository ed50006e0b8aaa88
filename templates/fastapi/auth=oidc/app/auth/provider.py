"""The identity provider's signing keys (OpenID Connect Discovery 1.0, RFC 7517).

They are cached. A key id that nobody knows yet may be a new key, so the keys are fetched again,
but once in an interval at most: anyone can make up key ids. While the provider is out of reach,
what is known goes on working.
"""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx2
import structlog
from structlog.typing import FilteringBoundLogger

from app.auth.signing_keys import SigningKey, SigningKeys
from app.errors import Unavailable
from app.settings import Settings
from app.settings.loopback import is_loopback

log: FilteringBoundLogger = structlog.get_logger()

# A key that the provider withdraws stops working here within this time, also without a new one.
MAX_AGE_SECONDS: Final = 600.0
_FETCH_SECONDS: Final = 5.0
# How long a probe waits for a fetch; it then says what was known before.
_PING_SECONDS: Final = 1.0
_MAX_BYTES: Final = 1024 * 1024
_MAX_REASON_LENGTH: Final = 200


class ProviderError(Exception):
    """The provider answered, but not with what it has to."""


class WrongProvider(ProviderError):
    """What answered is not the provider that the settings name; waiting will not help."""


class Provider:
    """Knows the provider's keys; one fetch at a time serves every request that waits for it."""

    def __init__(self, settings: Settings, client: httpx2.AsyncClient) -> None:
        self._issuer = settings.oidc_issuer
        self._discovery_url = settings.oidc_discovery_url or (
            self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        )
        self._interval = float(settings.oidc_jwks_min_refresh_seconds)
        # The settings let this URL be so on this machine alone, and never in production.
        self._plain = urlsplit(self._discovery_url).scheme == "http"
        self._client = client
        self._keys = SigningKeys()
        self._fetch: asyncio.Task[None] | None = None
        self._begun_at = -math.inf
        self._failed = False
        self._wrong: WrongProvider | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Open the client for as long as the service runs.

        The first token or readiness probe fetches the keys.
        """
        async with httpx2.AsyncClient(follow_redirects=False, timeout=_FETCH_SECONDS) as client:
            provider = cls(settings, client)
            try:
                yield provider
            finally:
                await provider._stop()

    async def key(self, key_id: str | None, algorithm: str) -> SigningKey | None:
        """Return a key for an algorithm; None if the provider has no such key.

        Raises `Unavailable` when that cannot be told because the provider is out of reach.
        """
        known = self._keys.find(key_id, algorithm)
        if known is not None:
            if self._age() >= self._max_age(key_id):
                self._begin()  # Nobody waits for it: the key at hand will do.
            return known
        if self._age() >= self._interval:
            self._begin()
        if self._fetch is not None:
            # Not awaited itself: a request that is given up must not end the fetch for the others.
            await asyncio.wait({self._fetch})
        known = self._keys.find(key_id, algorithm)
        if known is None and self._failed:
            wait = max(1, math.ceil(self._interval - self._age()))
            raise Unavailable(headers={"Retry-After": str(wait)})
        return known

    async def ping(self) -> None:
        """Raise `WrongProvider` if the discovery document is that of another issuer.

        An outage is no reason to take this service away too: known keys go on working.
        """
        if (self._fetch is None or self._failed) and self._age() >= self._interval:
            self._begin()
        if self._fetch is not None:
            await asyncio.wait({self._fetch}, timeout=_PING_SECONDS)
        if self._wrong is not None:
            raise self._wrong

    def _age(self) -> float:
        return monotonic() - self._begun_at

    def _max_age(self, key_id: str | None) -> float:
        # Without an id, a token does not tell that it is signed with a new key.
        return self._interval if key_id is None else max(MAX_AGE_SECONDS, self._interval)

    def _begin(self) -> None:
        if self._fetch is None or self._fetch.done():
            self._begun_at = monotonic()
            self._failed = True  # Until it has succeeded.
            self._fetch = asyncio.create_task(self._fetch_keys())

    async def _stop(self) -> None:
        if self._fetch is not None:
            self._fetch.cancel()
            await asyncio.wait({self._fetch})

    async def _fetch_keys(self) -> None:
        try:
            async with asyncio.timeout(_FETCH_SECONDS):
                self._keys = await self._read_keys()
            self._failed, self._wrong = False, None
        except Exception as error:  # noqa: BLE001  (whatever it is, the keys at hand stay)
            self._wrong = error if isinstance(error, WrongProvider) else self._wrong
            reason = str(error)[:_MAX_REASON_LENGTH]
            log.error("oidc.provider.unavailable", error=type(error).__name__, reason=reason)

    async def _read_keys(self) -> SigningKeys:
        document = await self._get(self._discovery_url)
        if document.get("issuer") != self._issuer:
            # It would vouch for the tokens of another provider (Discovery 1.0, 4.3).
            raise WrongProvider("the discovery document does not name OIDC_ISSUER as its issuer")
        key_set = await self._get(str(document.get("jwks_uri")))
        keys = key_set.get("keys")
        if not isinstance(keys, list):
            raise ProviderError("the provider's key set has no list of keys")
        usable = SigningKeys.from_jwks(keys)
        if not usable:
            raise ProviderError("the provider's key set has no key that this service can use")
        return usable

    async def _get(self, url: str) -> dict[str, Any]:
        parts = urlsplit(url)
        plain = self._plain and parts.scheme == "http" and is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not plain:
            raise ProviderError("a URL of the provider is not https://")
        body = b""
        async with self._client.stream("GET", url) as response:
            if response.status_code != 200:
                raise ProviderError(f"the provider answered {response.status_code}")
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise ProviderError("the provider's answer is too long")
        document = json.loads(body)
        if not isinstance(document, dict):
            raise ProviderError("the provider's answer is no JSON object")
        return document
