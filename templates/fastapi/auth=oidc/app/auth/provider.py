"""The identity provider's signing keys (OpenID Connect Discovery 1.0, RFC 7517).

They are cached. An unknown key id may be a new key, so the keys are fetched again, but at most once
per interval: anyone can make up key ids. While the provider is unreachable, known keys stay valid.
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

# A key that the provider withdraws is dropped within this time, even without a new one.
MAX_AGE_SECONDS: Final = 600.0
_FETCH_SECONDS: Final = 5.0
# How long a probe waits for a fetch before it reports the previous state.
_PING_SECONDS: Final = 1.0
_MAX_BYTES: Final = 1024 * 1024


class ProviderError(Exception):
    """The provider's response is invalid."""


class WrongProvider(ProviderError):
    """The discovery document names another issuer; retrying does not help."""


class Provider:
    """Caches the provider's keys; all waiting requests share a single fetch."""

    def __init__(self, settings: Settings, client: httpx2.AsyncClient) -> None:
        self._issuer = settings.oidc_issuer
        self._discovery_url = settings.oidc_discovery_url or (
            self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        )
        self._interval = float(settings.oidc_jwks_min_refresh_seconds)
        # The settings allow plain HTTP to this machine only, and never in production.
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
        """Keep the client open while the service runs.

        The first token or readiness probe fetches the keys.
        """
        async with httpx2.AsyncClient(follow_redirects=False) as client:
            provider = cls(settings, client)
            try:
                yield provider
            finally:
                await provider._stop()

    async def key(self, key_id: str | None, algorithm: str) -> SigningKey | None:
        """Return a key for an algorithm; None if the provider has no such key.

        Raises `Unavailable` if that is unknown because the provider is unreachable.
        """
        known = self._keys.find(key_id, algorithm)
        if known is not None:
            if self._age() >= self._max_age(key_id):
                self._begin()  # In the background: the known key is used meanwhile.
            return known
        if self._age() >= self._interval:
            self._begin()
        if self._fetch is not None:
            # Shielded: a cancelled request must not cancel the fetch for the others.
            await asyncio.wait({self._fetch})
        known = self._keys.find(key_id, algorithm)
        if known is None and self._failed:
            wait = max(1, math.ceil(self._interval - self._age()))
            raise Unavailable(wait)
        return known

    async def ping(self) -> None:
        """Raise `WrongProvider` if the discovery document names another issuer.

        An outage does not make this service unavailable: known keys stay valid.
        """
        # Before any token needs them: one that is signed with a withdrawn key may be the first.
        if self._age() >= self._max_age(""):
            self._begin()
        if self._fetch is not None:
            await asyncio.wait({self._fetch}, timeout=_PING_SECONDS)
        if self._wrong is not None:
            raise self._wrong

    def _age(self) -> float:
        return monotonic() - self._begun_at

    def _max_age(self, key_id: str | None) -> float:
        # A token without a key id does not show that it is signed with a new key.
        unsure = key_id is None or self._failed
        return self._interval if unsure else max(MAX_AGE_SECONDS, self._interval)

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
            log.error("oidc.provider.unavailable", error=type(error).__name__, reason=str(error))

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
