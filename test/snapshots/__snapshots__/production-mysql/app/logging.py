"""Structured logs: one JSON object a line in production, readable lines in development.

Every line passes the same redaction, those of libraries and of the server included, and nothing
in a value can begin a new line (CWE-117, ASVS 5.0 V16.2.5).
"""

import logging
import re
import sys
from functools import lru_cache
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor

from app.settings import Settings

REDACTED: Final = "[redacted]"
_SECRET_NAMES: Final = re.compile(
    r"authorization|cookie|csrf|key|passw|secret|token|digest|credential|e[_-]?mail", re.IGNORECASE
)
_SECRET_VALUES: Final = re.compile(
    r"""
      [\w.+-]+@[\w-]+\.[\w.-]+                  # an e-mail address
    | \beyJ[\w-]+\.[\w-]+\.[\w-]*               # a JSON Web Token
    | \b(?:bearer|basic)\s+[\w.~+/=-]+          # an Authorization value
    | (?<=://)[^/\s:@]*:[^/\s@]+(?=@)           # credentials in a URL
    | (?<=[?&])[^=&\s]*(?:token|key|secret|passw|code)[^=&\s]*=[^&\s]*
    | \b[A-Za-z0-9_-]{43,}\b                    # 256 random bits, as this service writes them
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What would end the line, or change what a terminal shows.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Its shape was checked when it came in; it may be long enough to look like a token.
_SAFE_NAMES: Final = {"request_id"}
# Ids, routes, methods: nothing of these characters and this length matches the above.
_PLAIN: Final = re.compile(r"[\w/{}-]{0,42}", re.ASCII)


def configure_logging(settings: Settings) -> None:
    """Send what this service and its libraries log through one pipeline to standard output."""
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        # Frames without their local variables: those hold what the caller sent.
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
    # At debug, libraries log what they are given: statements with their values, bodies.
    root.setLevel(max(logging.getLevelNamesMapping()[settings.log_level.upper()], logging.INFO))


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace secrets and personal data, and keep each value on its line."""
    return {name: _clean(name, value) for name, value in event.items()}


def _clean(name: str, value: Any) -> Any:
    if name.startswith("_") or value is None or name in _SAFE_NAMES:
        return value
    if _is_secret(name):
        return REDACTED
    if isinstance(value, dict):
        return {_clean_text(str(key)): _clean(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(name, item) for item in value]
    if name == "exception":
        # Behind the first one, its lines are indented: none can pass for a line of the log.
        return "\n    ".join(map(_clean_text, str(value).split("\n")))
    return value if isinstance(value, int | float) else _clean_text(str(value))


def _clean_text(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return _CONTROL.sub(_escape, _SECRET_VALUES.sub(REDACTED, text))


def _escape(control: re.Match[str]) -> str:
    return control[0].encode("unicode_escape").decode()
