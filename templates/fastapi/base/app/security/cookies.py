"""Cookies, filtered before the framework parses them."""

from typing import Final

from starlette.types import Scope

# Not allowed in cookies (RFC 6265, 4.1.1). Python up to 3.11.9 and 3.12.5 parses it as an escape in
# quadratic time (CVE-2024-7592).
_ESCAPE: Final = b"\\"


def leave_out_escapes(scope: Scope) -> None:
    """Remove cookies with escapes from the headers of a request."""
    if any(name == b"cookie" and _ESCAPE in value for name, value in scope["headers"]):
        scope["headers"] = [
            (name, _without_escapes(value) if name == b"cookie" else value)
            for name, value in scope["headers"]
        ]


def _without_escapes(cookies: bytes) -> bytes:
    return b";".join(cookie for cookie in cookies.split(b";") if _ESCAPE not in cookie)
