"""Traces what a connection sends to the database."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from app.telemetry.statement_spans import begin_statement

Sender = TypeVar("Sender")
Values = ParamSpec("Values")
Result = TypeVar("Result")


def trace_statement(
    run: Callable[Concatenate[Sender, str, Values], Awaitable[Result]],
) -> Callable[Concatenate[Sender, str, Values], Coroutine[Any, Any, Result]]:
    """Trace each statement that a method runs."""

    @wraps(run)
    async def tracing(
        sender: Sender, statement: str, /, *values: Values.args, **options: Values.kwargs
    ) -> Result:
        span = begin_statement(statement)
        if span is None:
            return await run(sender, statement, *values, **options)
        try:
            return await run(sender, statement, *values, **options)
        except Exception as error:
            span.fail(error)
            raise
        finally:
            span.end()

    return tracing
