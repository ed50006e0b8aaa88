"""Readiness: the dependencies of the service and their state."""

import asyncio
import math
import time
from collections.abc import Awaitable
from typing import Final, Literal

import structlog
from structlog.typing import FilteringBoundLogger

from app.health.checks import CHECKS
from app.resources import Resources

log: FilteringBoundLogger = structlog.get_logger()

CHECK_SECONDS: Final = 2.0
LOOK_EVERY_SECONDS: Final = 1.0

State = Literal["ok", "unavailable"]


class Readiness:
    """Checks at most once a second: probes are not rate limited, and a flood must cost nothing."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._turn = asyncio.Lock()
        self._looked_at = -math.inf
        self._states: dict[str, State] = {}

    async def states(self) -> dict[str, State]:
        """Return the state of each dependency."""
        async with self._turn:
            if time.monotonic() - self._looked_at >= LOOK_EVERY_SECONDS:
                looks = (_check(name, ping(self._resources)) for name, ping in CHECKS.items())
                self._states = dict(zip(CHECKS, await asyncio.gather(*looks), strict=True))
                self._looked_at = time.monotonic()
            return self._states


async def _check(name: str, ping: Awaitable[None]) -> State:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await ping
    except Exception as error:  # noqa: BLE001  (whatever it is, the answer is the same)
        log.warning("health.unavailable", check=name, error=type(error).__name__)
        return "unavailable"
    return "ok"
