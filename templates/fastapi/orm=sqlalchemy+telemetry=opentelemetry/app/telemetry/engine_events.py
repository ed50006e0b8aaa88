"""Traces what an engine sends to the database."""

from typing import Any, Final

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.telemetry.statement_spans import begin_statement
from app.telemetry.tracing import Span

_SPAN: Final = "span"


def trace_statements(engine: AsyncEngine) -> None:
    """Trace each statement of an engine."""
    event.listen(engine.sync_engine, "before_cursor_execute", _begin)
    event.listen(engine.sync_engine, "after_cursor_execute", _end)
    event.listen(engine.sync_engine, "handle_error", _fail)


def _begin(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if (span := begin_statement(statement)) is not None:
        connection.info[_SPAN] = span


def _end(connection: Connection, *_: Any) -> None:
    span: Span | None = connection.info.pop(_SPAN, None)
    if span is not None:
        span.end()


def _fail(context: ExceptionContext) -> None:
    # There is no connection where none could be made.
    if context.connection is None:
        return
    span: Span | None = context.connection.info.pop(_SPAN, None)
    if span is not None:
        span.fail(context.original_exception)
        span.end()
