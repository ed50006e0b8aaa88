"""Cookies that take the framework long to read."""

import pytest

from app.security.cookies import leave_out_escapes


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (rb'a=1; b="\\\101"; session=x', b"a=1; session=x"),
        (b'a="1"; session=x', b'a="1"; session=x'),
        (rb"\ ", b""),
    ],
)
def test_only_cookies_with_an_escape_are_left_out(given: bytes, left: bytes) -> None:
    scope = {"headers": [(b"cookie", given), (b"accept", rb"\ "), (b"cookie", b"c=2")]}
    leave_out_escapes(scope)
    assert scope["headers"] == [(b"cookie", left), (b"accept", rb"\ "), (b"cookie", b"c=2")]
