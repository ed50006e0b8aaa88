"""Structured logs: one JSON object a line in production, readable lines in development."""

import logging
import sys

import structlog
from structlog.typing import Processor

from app.redaction import redact
from app.settings import Settings


def configure_logging(settings: Settings) -> None:
    """Send the logs of the service and its libraries through one pipeline to standard output."""
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        # Frames without local variables: those hold what the caller sent.
        structlog.processors.format_exc_info,
        redact,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    renderer: Processor = structlog.processors.JSONRenderer()
    if settings.log_format == "console":
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stdout.isatty(),
            timestamp_key="time",
            exception_formatter=structlog.dev.plain_traceback,
        )
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *processors],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    # At level debug, libraries log their inputs: statements with values, bodies.
    root.setLevel(max(logging.getLevelNamesMapping()[settings.log_level.upper()], logging.INFO))
