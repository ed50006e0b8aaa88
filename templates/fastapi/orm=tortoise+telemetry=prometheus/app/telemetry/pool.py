"""The number of database connections in use."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from app.telemetry.metrics import CONNECTIONS

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def count_taken(
    take: Callable[Parameters, Awaitable[Result]],
) -> Callable[Parameters, Coroutine[Any, Any, Result]]:
    """Count the connections that a method of the pool hands out."""

    @wraps(take)
    async def counting(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        taken = await take(*arguments, **options)
        CONNECTIONS.inc()
        return taken

    return counting


def count_given_back(give_back: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Count the connections that a method of the pool takes back."""

    @wraps(give_back)
    def counting(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        give_back(*arguments, **options)
        CONNECTIONS.dec()

    return counting
