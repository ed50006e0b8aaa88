"""Spans of the service's own, and the one that the work at hand belongs to.

The SDK sends them, and nothing else of it is used: in a global provider, or in the context of the
library, any package could record what it likes, and the framework itself records queries of URLs.
"""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlsplit

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    format_trace_id,
)

from app.settings import Settings

Attributes = dict[str, str | int]

_IDS: Final = RandomIdGenerator()
_KEPT: Final = TraceFlags(TraceFlags.SAMPLED)
_LEFT_OUT: Final = TraceFlags(TraceFlags.DEFAULT)
_UNSET: Final = Status(StatusCode.UNSET)
_FAILED: Final = Status(StatusCode.ERROR)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Where spans go once they have ended, and which share of the traces is kept."""

    processor: SpanProcessor
    resource: Resource
    share: float
    database: str

    def keeps(self, trace_id: int) -> bool:
        """Decide of a new trace, by its low 64 bits, as other services do."""
        return trace_id & 0xFFFF_FFFF_FFFF_FFFF < self.share * 2**64


@dataclass(slots=True)
class Span:
    """What is measured, such as a request or a call to another system."""

    reporter: Reporter
    name: str
    kind: SpanKind
    context: SpanContext
    parent: SpanContext | None
    attributes: Attributes
    status: Status = _UNSET
    begun: int = field(default_factory=time.time_ns)

    @property
    def trace_id(self) -> str:
        """Return the id of the trace as logs and headers have it: 32 hex digits."""
        return format_trace_id(self.context.trace_id)

    def begin_call(self, name: str, attributes: Attributes) -> "Span | None":
        """Begin the span of a call to another system; None if the trace is not kept."""
        parent = self.context
        if not parent.trace_flags & TraceFlags.SAMPLED:
            return None
        context = _context(parent.trace_id, parent.trace_flags)
        return Span(self.reporter, name, SpanKind.CLIENT, context, parent, attributes)

    def fail(self, error: BaseException | None = None) -> None:
        """Mark it, by the type of the error: what an error says quotes values."""
        self.status = _FAILED
        if error is not None:
            self.attributes["error.type"] = type(error).__name__

    def end(self) -> None:
        """Hand it over to the thread that sends it."""
        if not self.context.trace_flags & TraceFlags.SAMPLED:
            return
        self.reporter.processor.on_end(
            ReadableSpan(
                self.name,
                context=self.context,
                parent=self.parent,
                resource=self.reporter.resource,
                attributes=self.attributes,
                kind=self.kind,
                status=self.status,
                start_time=self.begun,
                end_time=time.time_ns(),
            )
        )


def _context(trace_id: int, flags: TraceFlags) -> SpanContext:
    return SpanContext(trace_id, _IDS.generate_span_id(), is_remote=False, trace_flags=flags)


_current: Final[ContextVar[Span | None]] = ContextVar("span", default=None)


class Tracing:
    """Begins traces while the process has a reporter."""

    def __init__(self, database: str) -> None:
        self.reporter: Reporter | None = None
        self.database = database

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Make one that reports nothing yet."""
        yield cls(urlsplit(settings.database_url.get_secret_value()).scheme)

    @contextmanager
    def begin(self, name: str, kind: SpanKind, parent: SpanContext | None) -> Iterator[Span | None]:
        """Begin a span that has none of this process around it; None if nothing is traced."""
        reporter = self.reporter
        if reporter is None:
            yield None
            return
        if parent is None:
            trace_id = _IDS.generate_trace_id()
            context = _context(trace_id, _KEPT if reporter.keeps(trace_id) else _LEFT_OUT)
        else:
            context = _context(parent.trace_id, parent.trace_flags)
        span = Span(reporter, name, kind, context, parent, {})
        token = _current.set(span)
        try:
            yield span
        finally:
            _current.reset(token)
            span.end()


def current_span() -> Span | None:
    """Return the span of the work that this code runs for."""
    return _current.get()


@contextmanager
def untraced() -> Iterator[None]:
    """Record nothing of what happens in the block."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)
