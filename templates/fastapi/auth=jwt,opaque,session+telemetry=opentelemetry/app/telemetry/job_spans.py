"""A span for each attempt at a job, in the trace of the request that made the job."""

from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final

import structlog
from opentelemetry.trace import SpanContext, SpanKind, format_trace_id

from app.resources import Resources
from app.telemetry.job_parents import carried_by

Job = Callable[[Resources, str], Awaitable[None]]

_parent: Final[ContextVar[SpanContext | None]] = ContextVar("parent of a job", default=None)


def continue_trace(
    attempt: Callable[[Resources, str, str, int], Awaitable[bool]],
) -> Callable[[Resources, str, str, int], Coroutine[Any, Any, bool]]:
    """Let each attempt at a job belong to the trace that it carries, and the log name it."""

    @wraps(attempt)
    async def continuing(resources: Resources, name: str, argument: str, number: int) -> bool:
        parent, argument = carried_by(argument)
        known = {"trace_id": format_trace_id(parent.trace_id)} if parent else {}
        token = _parent.set(parent)
        try:
            with structlog.contextvars.bound_contextvars(**known):
                return await attempt(resources, name, argument, number)
        finally:
            _parent.reset(token)

    return continuing


def trace_attempt(job: Job) -> Job:
    """Trace each attempt at a job."""

    @wraps(job)
    async def traced(resources: Resources, argument: str) -> None:
        name = f"job {job.__name__}"
        with resources.tracing.begin(name, SpanKind.CONSUMER, _parent.get()) as span:
            try:
                await job(resources, argument)
            except Exception as error:
                if span is not None:
                    span.fail(error)
                raise

    return traced
