"""The rate limiting and audit of one request."""

import hashlib
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from starlette.datastructures import State
from starlette.requests import Request
from structlog.typing import FilteringBoundLogger

from app.audit.refusals import record_refusal
from app.audit.trail import kept
from app.auth.authenticator import credential_of
from app.clock import now
from app.database.engine import UNUSABLE
from app.errors import TooManyRequests
from app.resources import Resources
from app.security.rate_limit import RateLimiter

log: FilteringBoundLogger = structlog.get_logger()

# Principals by the digest of a credential, and when it was looked at; least recently used first.
KnownCallers = OrderedDict[bytes, tuple[str, datetime]]
_CAPACITY: Final = 10_000
# A credential may have ended since somebody looked at it: whoever goes on with one, where nobody
# looks at it, is not to use up what its owner may ask.
_REMEMBERED: Final = timedelta(minutes=1)
# Not the caller's fault: it was counted already, or the service is unavailable.
_NOT_COUNTED: Final = {429, 503}
# How the names of events end that tell of a refusal.
_REFUSALS: Final = (".denied", ".failed", ".refused", ".reused")


class Visit:
    """A request, until its caller is known or it has failed."""

    def __init__(
        self,
        resources: Resources,
        limiter: RateLimiter,
        state: State,
        fingerprint: bytes | None,
        known: KnownCallers,
    ) -> None:
        self._resources = resources
        self._limiter = limiter
        # `counted` is set when the request is counted, also by a route; `limited` when any limit
        # counted it, also one of its own.
        self._state = state
        self._state.counted = False
        self._state.limited = False
        # What an error refuses, as in `AppError`.
        self._state.refuses = None
        self._fingerprint = fingerprint
        self._known = known
        self._showed_nothing = False

    @classmethod
    async def begin(cls, request: Request, known: KnownCallers) -> "Visit":
        """Begin a visit; a credential is read without being checked."""
        resources: Resources = request.app.state.resources
        credential = await credential_of(request)
        fingerprint = hashlib.sha256(credential.encode()).digest() if credential else None
        limiter = RateLimiter(resources, request)
        return cls(resources, limiter, request.state, fingerprint, known)

    async def admit(self) -> None:
        """Count the request for its caller, if known; raises `TooManyRequests`."""
        known = self._known.get(self._fingerprint) if self._fingerprint else None
        if known is None or now() - known[1] > _REMEMBERED:
            await self._limiter.refuse_flood()
            return
        caller, _ = known
        await self._limiter.limit_default(caller)

    async def identify(self, principal_id: str) -> None:
        """Count the request for its caller, unless it was counted; raises `TooManyRequests`."""
        if self._fingerprint is not None:
            self._known[self._fingerprint] = principal_id, now()
            self._known.move_to_end(self._fingerprint)
            if len(self._known) > _CAPACITY:
                self._known.popitem(last=False)
        if not self._state.counted:
            await self._limiter.limit_default(principal_id)

    def disown(self) -> None:
        """Forget the caller: the credential is invalid or missing."""
        if self._fingerprint is None:
            self._showed_nothing = True
        else:
            self._known.pop(self._fingerprint, None)
            self._state.counted = False

    async def end(self, status: int) -> None:
        """Record a refusal; count by address what ends before its caller was known."""
        # The code that refused may have recorded a more specific event.
        refuses = self._state.refuses
        recorded = any(event.endswith(_REFUSALS) for event in kept.get())
        if refuses and not self._showed_nothing and not recorded:
            await self._record_refusal(refuses)
        counted = self._state.limited if status < 400 else self._state.counted
        if status in _NOT_COUNTED or counted:
            return
        try:
            await self._limiter.limit_default(None)
        except TooManyRequests:
            # Of concurrent requests, this one still gets its response; the next one is refused.
            return

    async def _record_refusal(self, what: str) -> None:
        known: str | None = getattr(self._state, "principal_id", None)
        caller = known or self._limiter.address
        actor = UUID(known) if known else None
        resources = self._resources
        try:
            if what == "credential":
                await record_refusal(
                    resources, "auth.credential.refused", caller=caller, actor_id=actor
                )
            else:
                await record_refusal(resources, "access.denied", caller=caller, actor_id=actor)
        except UNUSABLE:
            # The request is refused in any case.
            log.exception("audit.lost", refused=what)
