"""Strict parsing of forms, which OAuth clients send (RFC 6749, 4.3.2)."""

from typing import Final
from urllib.parse import unquote_to_bytes

from app.errors import BadRequest
from app.security.bodies import check_media_type

FORM: Final = "application/x-www-form-urlencoded"
MAX_FIELDS: Final = 100
# Form fields are short; decoding a longer one would block the event loop.
MAX_FORM_BYTES: Final = 16_384


def check_form(body: bytes, content_type: str) -> None:
    """Raise an error unless the body is a plain form (WHATWG URL).

    It is `UnsupportedMediaType` or `BadRequest`.
    """
    check_media_type(content_type, FORM)
    if len(body) > MAX_FORM_BYTES:
        raise BadRequest("The form is too long.")
    if body.count(b"&") >= MAX_FIELDS:
        raise BadRequest("The request body has too many fields.")
    pairs = [pair.partition(b"=") for pair in body.split(b"&") if pair]
    try:
        names = [_decode(name) for name, _, _ in pairs]
        texts = names + [_decode(value) for _, _, value in pairs]
    except UnicodeDecodeError:
        texts = names = ["\0"]
    if len(set(names)) != len(names) or any("\0" in text for text in texts):
        raise BadRequest("The request body is not an acceptable form.")


def _decode(part: bytes) -> str:
    return unquote_to_bytes(part.replace(b"+", b" ")).decode("utf-8")
