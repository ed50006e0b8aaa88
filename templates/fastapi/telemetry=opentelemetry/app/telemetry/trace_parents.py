"""The trace that a trusted proxy has begun (W3C Trace Context).

Anybody else could write into the traces of others, or have each of its own requests kept. What
else such fields bring, as `tracestate` and `baggage`, is the client's text and is left alone.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar

from opentelemetry.trace import SpanContext, TraceFlags
from starlette.types import Scope

from app.security.forwarding import Hop

Addresses = TypeVar("Addresses")

_FORM: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})", re.ASCII)


def parent_of(text: str) -> SpanContext | None:
    """Read a `traceparent`; None if it is none."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    trace_id, span_id, flags = (int(part, 16) for part in match.groups())
    kept = TraceFlags(flags & TraceFlags.SAMPLED)
    context = SpanContext(trace_id, span_id, is_remote=True, trace_flags=kept)
    return context if context.is_valid else None


def keep_parent(
    listen: Callable[[Addresses, Hop, Scope], Hop],
) -> Callable[[Addresses, Hop, Scope], Hop]:
    """Keep the trace of a peer that is listened to: a trusted proxy."""

    @wraps(listen)
    def keeping(addresses: Addresses, peer: Hop, scope: Scope) -> Hop:
        given = [value for name, value in scope["headers"] if name == b"traceparent"]
        if len(given) == 1 and (parent := parent_of(given[0].decode("latin-1"))):
            scope.setdefault("state", {})["trace_parent"] = parent
        return listen(addresses, peer, scope)

    return keeping
