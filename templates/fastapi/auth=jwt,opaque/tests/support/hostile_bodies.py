"""Bodies that are to delay nobody."""

from collections.abc import Iterator
from typing import Any, Final

from app.route_table import Operation
from app.security.bodies import JSON
from app.security.forms import FORM, MAX_FORM_BYTES
from tests.support.hostile_json import BODIES, MEBIBYTE

FORMS: Final = {
    "fields": b"a=1&" * (MEBIBYTE // 4),
    "no fields": b"&" * MEBIBYTE,
    "escapes": b"a=" + b"%41" * (MAX_FORM_BYTES // 3 - 1),
    "bad escapes": b"a=" + b"%" * (MAX_FORM_BYTES - 2),
    "too many escapes": b"a=" + b"%41" * (MEBIBYTE // 3 - 1),
}


def hostile_bodies(operation: Operation) -> Iterator[dict[str, Any]]:
    """Make the options of requests to a route: none if it takes no body."""
    if operation.body_field is None:
        return
    takes_form = type(operation.body_field.field_info).__name__ == "Form"
    content_type = FORM if takes_form else JSON
    for content in (FORMS if takes_form else BODIES).values():
        yield {"content": content, "headers": {"Content-Type": content_type}}
