"""Durations of password hashing."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from prometheus_client import Histogram

from app.telemetry.metrics import REGISTRY

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

HASHING: Final = Histogram(
    "password_hash_duration_seconds",
    "Time to hash or verify a password, with the wait for a thread.",
    ["operation"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=REGISTRY,
)


def time_hashing(
    method: Callable[Parameters, Awaitable[Result]],
) -> Callable[Parameters, Coroutine[Any, Any, Result]]:
    """Measure a method that works on a password."""

    @wraps(method)
    async def timed(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        with HASHING.labels(method.__name__).time():
            return await method(*arguments, **options)

    return timed
