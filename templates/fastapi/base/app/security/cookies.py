"""Cookies, as they are left to the framework, which reads all of them on each request."""

from typing import Final

from starlette.types import Scope

# No cookie may have one (RFC 6265, 4.1.1). Python 3.11.9 and 3.12.5 still read it as an escape, in
# time by the square of the length (CVE-2024-7592).
_ESCAPE: Final = b"\\"


def leave_out_escapes(scope: Scope) -> None:
    """Take every cookie with an escape out of the headers of a request."""
    if any(name == b"cookie" and _ESCAPE in value for name, value in scope["headers"]):
        scope["headers"] = [
            (name, _without_escapes(value) if name == b"cookie" else value)
            for name, value in scope["headers"]
        ]


def _without_escapes(cookies: bytes) -> bytes:
    return b";".join(cookie for cookie in cookies.split(b";") if _ESCAPE not in cookie)
