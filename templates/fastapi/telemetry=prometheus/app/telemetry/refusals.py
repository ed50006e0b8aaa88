"""Requests that rate limits refuse, by the name of the limit."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar

from app.errors import TooManyRequests
from app.telemetry.metrics import REFUSALS

Limiter = TypeVar("Limiter")
Ask = TypeVar("Ask")
Rate = TypeVar("Rate")


def count_refusals(
    limit: Callable[[Limiter, Ask, str, str, Rate], Awaitable[None]],
) -> Callable[[Limiter, Ask, str, str, Rate], Coroutine[Any, Any, None]]:
    """Count the refusals of a method that limits callers under a name."""

    @wraps(limit)
    async def counting(limiter: Limiter, ask: Ask, name: str, caller: str, rate: Rate) -> None:
        try:
            await limit(limiter, ask, name, caller, rate)
        except TooManyRequests:
            # The client is not a label: there would be a series per client.
            REFUSALS.labels(name).inc()
            raise

    return counting
