"""What a form may hold, down to its bytes."""

import pytest

from app.errors import BadRequest, UnsupportedMediaType
from app.security.bodies import JSON
from app.security.forms import FORM, MAX_FIELDS, MAX_FORM_BYTES, check_form


@pytest.mark.parametrize("body", [b"", b"a=1&b=2", b"a=&b", b"a=1&&b=2&", b"a=%C3%A9+x", b"a=b=c"])
def test_a_form_is_taken(body: bytes) -> None:
    check_form(body, FORM)


@pytest.mark.parametrize(
    "body",
    [
        b"a=1&a=1",
        b"a=1&%61=2",
        b"a+b=1&a%20b=2",
        b"a=%00",
        b"a%00=1",
        b"a=\x00",
        b"a=%FF",
        b"a=\xff",
        b"%FF=1",
        b"a=%ED%A0%80",
    ],
)
def test_a_form_that_parsers_disagree_on_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        check_form(body, FORM)


@pytest.mark.parametrize("content_type", ["", JSON, f"{FORM}x", f"{FORM}; charset=utf-16"])
def test_any_other_type_is_no_form(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        check_form(b"", content_type)


def test_the_fields_and_bytes_of_a_form_are_limited() -> None:
    fields = b"&".join(b"%x=1" % number for number in range(MAX_FIELDS))
    check_form(fields, FORM)
    check_form(b"a=" + b"x" * (MAX_FORM_BYTES - 2), FORM)
    with pytest.raises(BadRequest):
        check_form(fields + b"&z=1", FORM)
    with pytest.raises(BadRequest):
        check_form(b"a=" + b"x" * (MAX_FORM_BYTES - 1), FORM)
