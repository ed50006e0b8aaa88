"""Strict parsing of request bodies (OWASP API Security Top 10 2023, API8).

Two parsers that read the same bytes differently let an attacker bypass a check, so JSON with
duplicate members, `NaN`, invalid Unicode or NUL is refused before any code sees a value.
"""

import json
import math
import re
from email.message import Message
from typing import Any, Final

from app.errors import BadRequest, UnsupportedMediaType

JSON: Final = "application/json"
MAX_DEPTH: Final = 32
MAX_VALUES: Final = 10_000
# The largest number of IEEE 754, which most parsers use, has 309 digits (RFC 8259, 6).
_MAX_DIGITS: Final = 309
_MAX_CONTENT_TYPE_CHARACTERS: Final = 200
# A string, an empty container, or the delimiter before a value. Each match starts where the
# previous one ended, without backtracking: an unterminated string is consumed to its end.
_JSON_TOKEN: Final = re.compile(
    rb'"(?:[^"\\]++|\\.)*+"?|[\[{]\s*+[\]}]|(?P<before_value>[,\[{])', re.DOTALL
)


def check_json(body: bytes, content_type: str) -> None:
    """Raise `UnsupportedMediaType` or `BadRequest` unless the body is plain JSON (RFC 8259)."""
    check_media_type(content_type, JSON)
    try:
        text = body.decode("utf-8")
        _check_size(body)
        value = json.loads(
            text,
            object_pairs_hook=_refuse_duplicates,
            parse_constant=_finite,
            parse_float=_finite,
            parse_int=_short,
        )
        _check_contents(value)
    except (ValueError, RecursionError):
        raise BadRequest("The request body is not acceptable JSON.") from None


def check_media_type(content_type: str, expected: str) -> None:
    """Raise `UnsupportedMediaType` unless it is the expected type, in UTF-8."""
    if content_type == expected:
        return
    # The parser's time grows with the square of the parameters, and it takes a second type for the
    # value of a parameter.
    known = len(content_type) <= _MAX_CONTENT_TYPE_CHARACTERS and "," not in content_type
    message = Message()
    message["content-type"] = content_type if known else ""
    charset = message.get_param("charset", "utf-8")
    if not known or message.get_content_type() != expected or str(charset).lower() != "utf-8":
        raise UnsupportedMediaType(f"Send the body as {expected}.")


def _check_size(body: bytes) -> None:
    """Refuse too many values before they are parsed: a million takes seconds."""
    # Most bodies have so few delimiters that counting them is enough.
    if body.count(b",") + body.count(b"[") + body.count(b"{") < MAX_VALUES:
        return
    values = 1
    for tokens, token in enumerate(_JSON_TOKEN.finditer(body)):
        values += token.lastgroup == "before_value"
        # Each value comes with its name at most, and is empty at most.
        if values > MAX_VALUES or tokens > 4 * MAX_VALUES:
            raise ValueError("too many values")


def _finite(number: str) -> float:
    """Refuse `NaN` and `Infinity`, which are not JSON, and 1e999, which is read as Infinity."""
    if not math.isfinite(value := float(number)):
        raise ValueError("not a finite number")
    return value


def _short(number: str) -> int:
    """Refuse integers that other parsers cannot represent; parsing them takes quadratic time."""
    if len(number) > _MAX_DIGITS:
        raise ValueError("too many digits")
    return int(number)


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _check_contents(value: Any) -> None:
    """Refuse values nested too deeply, and text that only an escape can contain.

    Iterates level by level: a call for each element would stall other requests.
    """
    level = [value]
    for depth in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                _check_text(item)
            elif isinstance(item, dict):
                below += [*item.keys(), *item.values()]
            elif isinstance(item, list):
                below += item
            if depth == MAX_DEPTH and isinstance(item, dict | list):
                raise ValueError("nested too deep")
        level = below


def _check_text(text: str) -> None:
    """Refuse a NUL or half of a surrogate pair.

    Databases refuse NUL or truncate at it; a lone surrogate cannot be encoded in UTF-8.
    """
    if "\0" in text:
        raise ValueError("text with a NUL")
    text.encode("utf-8")
