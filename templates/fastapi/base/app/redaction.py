"""What is kept out of the log: secrets, personal data, and whatever would forge a line of it.

Every line passes through here, those of libraries and the server too; no value can start a new line
(CWE-117, ASVS 5.0 V16.2.5).
"""

import re
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from structlog.typing import EventDict

REDACTED: Final = "[redacted]"
# Longer values are truncated before they are searched, and the search takes linear time: logging a
# request must not cost more than the request (CWE-1333).
MAX_CHARACTERS: Final = 2_000
MAX_ITEMS: Final = 50
MAX_TRACE_LINES: Final = 200
CUT: Final = "[cut]"
_SECRET_NAMES: Final = re.compile(
    r"authorization|cookie|csrf|key|passw|secret|token|digest|credential|e[_-]?mail", re.IGNORECASE
)
# No alternative can begin twice within one run of its characters, and none gives back what it took:
# each character is looked at a few times at most.
_SECRET_VALUES: Final = re.compile(
    r"""
      (?<![\w.+-])[\w.+-]++(?:@|%40)[\w-]++\.[\w.-]++     # an e-mail address
    | (?<![\w-])eyJ[\w-]++\.[\w-]++\.[\w-]*+              # a JSON Web Token
    | \b(?:bearer|basic)\s++[\w.~+/=-]++                  # an Authorization value
    | (?<=://)[^/\s:@]*+:[^/\s@]++(?=@)                   # credentials in a URL
    | (?<=[?&\#])(?P<name>[^?=&\#\s]++)=[^&\s]*+          # a parameter of a URL
    | (?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43,}+               # 256 random bits, as this service writes
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SECRET_PARAMETERS: Final = re.compile(_SECRET_NAMES.pattern + "|code", re.IGNORECASE)
# Characters that end the line or control the terminal.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Validated on arrival; it may be long enough to look like a token.
_SAFE_NAMES: Final = {"request_id"}
# Ids, routes, methods: no text of these characters and this length matches the above.
_PLAIN: Final = re.compile(r"[\w/{}-]{0,42}", re.ASCII)


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
        items = islice(value.items(), MAX_ITEMS)
        return {_clean_text(str(key)): _clean(_cut(str(key)), item) for key, item in items}
    if isinstance(value, list | tuple):
        return [_clean(name, item) for item in islice(value, MAX_ITEMS)]
    if name == "exception":
        return _clean_trace(str(value))
    return value if isinstance(value, int | float) else _clean_text(str(value))


def _clean_trace(text: str) -> str:
    lines = text.split("\n")
    if len(lines) > MAX_TRACE_LINES:
        half = MAX_TRACE_LINES // 2
        lines = [*lines[:half], CUT, *lines[-half:]]
    # All lines but the first are indented, so that none can pass for a line of the log.
    return "\n    ".join(map(_clean_text, lines))


def _clean_text(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return _CONTROL.sub(_escape, _SECRET_VALUES.sub(_redacted, _cut(text)))


def _cut(text: str) -> str:
    """Cut at a space: half of a secret would not be known for one."""
    if len(text) <= MAX_CHARACTERS:
        return text
    return text[: MAX_CHARACTERS - len(CUT)].rpartition(" ")[0] + CUT


def _redacted(match: re.Match[str]) -> str:
    name = match["name"]
    return REDACTED if name is None or _SECRET_PARAMETERS.search(name) else match[0]


def _escape(control: re.Match[str]) -> str:
    return control[0].encode("unicode_escape").decode()
