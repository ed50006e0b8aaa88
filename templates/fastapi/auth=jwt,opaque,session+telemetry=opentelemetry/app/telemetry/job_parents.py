"""Jobs carry the trace of the request that made them.

It is part of the argument, and so as safe from others as the argument is.
"""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar

from opentelemetry.trace import SpanContext

from app.telemetry.trace_parents import parent_of
from app.telemetry.tracing import current_span

Queue = TypeVar("Queue")

_END = "\n"


def carry_trace(
    enqueue: Callable[[Queue, str, str], Awaitable[None]],
) -> Callable[[Queue, str, str], Coroutine[Any, Any, None]]:
    """Have the jobs that a method hands over carry their trace, or that they have none."""

    @wraps(enqueue)
    async def carrying(queue: Queue, name: str, argument: str) -> None:
        work = current_span()
        parent = written(work.context) if work else ""
        await enqueue(queue, name, parent + _END + argument)

    return carrying


def carried_by(argument: str) -> tuple[SpanContext | None, str]:
    """Take the trace off an argument; a job from before there were any is left as it is."""
    text, end, rest = argument.partition(_END)
    parent = parent_of(text)
    return (parent, rest) if end and (parent or not text) else (None, argument)


def written(context: SpanContext) -> str:
    """Write what `parent_of` reads."""
    flags = int(context.trace_flags)
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{flags:02x}"
