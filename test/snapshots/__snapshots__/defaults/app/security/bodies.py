"""What a request body may hold (OWASP API Security Top 10 2023, API8).

Two parsers that read the same bytes differently are a way around a check, so JSON with duplicate
members, `NaN`, text that is not Unicode or a NUL is refused before any code sees a value.
"""

import json
import math
import re
from email.message import Message
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from app.errors import BadRequest, UnsupportedMediaType

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MAX_DEPTH: Final = 32
# An escaped NUL, and not the text `\u0000` after an escaped backslash.
_ESCAPED_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def check_json(body: bytes, content_type: str) -> None:
    """Raise `UnsupportedMediaType` or `BadRequest` unless the body is plain JSON (RFC 8259)."""
    _check_media_type(content_type, JSON)
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_refuse_duplicates,
            parse_constant=_finite,
            parse_float=_finite,
        )
        _check_depth(value)
        if "\\u" in text:
            _check_text(value)
    except (ValueError, RecursionError):
        raise BadRequest("The request body is not acceptable JSON.") from None


def check_form(body: bytes, content_type: str) -> None:
    """Raise `UnsupportedMediaType` or `BadRequest` unless the body is a plain form (WHATWG URL)."""
    _check_media_type(content_type, FORM)
    pairs = [pair.partition(b"=") for pair in body.split(b"&") if pair]
    try:
        names = [_decode(name) for name, _, _ in pairs]
        texts = names + [_decode(value) for _, _, value in pairs]
    except UnicodeDecodeError:
        texts = names = ["\0"]
    if len(set(names)) != len(names) or any("\0" in text for text in texts):
        raise BadRequest("The request body is not an acceptable form.")


def _check_media_type(content_type: str, expected: str) -> None:
    if content_type == expected:
        return
    message = Message()
    message["content-type"] = content_type
    charset = message.get_param("charset", "utf-8")
    if (
        not content_type
        or message.get_content_type() != expected
        or str(charset).lower() != "utf-8"
    ):
        raise UnsupportedMediaType(f"Send the body as {expected}.")


def _decode(part: bytes) -> str:
    return unquote_to_bytes(part.replace(b"+", b" ")).decode("utf-8")


def _finite(number: str) -> float:
    """Refuse `NaN` and `Infinity`, which are not JSON, and 1e999, which is read as Infinity."""
    if not math.isfinite(value := float(number)):
        raise ValueError("not a finite number")
    return value


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _check_depth(value: Any) -> None:
    """Go through the value level by level: a call for each element would stall other requests."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            item
            for container in level
            for item in (container.values() if isinstance(container, dict) else container)
            if isinstance(item, dict | list)
        ]
    if level:
        raise ValueError("nested too deep")


def _check_text(value: object) -> None:
    """Refuse what only an escape can bring in: a NUL or half of a surrogate pair.

    A NUL ends a string in C, and databases refuse it or end there; a lone surrogate has no UTF-8.
    """
    text = json.dumps(value, ensure_ascii=False)
    text.encode("utf-8")
    if _ESCAPED_NUL.search(text):
        raise ValueError("text with a NUL")
