"""Headers of requests, and the security headers of responses (OWASP Secure Headers Project)."""

from typing import Final

from starlette.types import Scope

from app.settings import Settings

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Caches must know that the response depends on the origin of the request.
    "Vary": "Origin",
}
_HSTS: Final = "max-age=31536000; includeSubDomains"


def security_headers(settings: Settings, *, plain: bool = False) -> list[tuple[bytes, bytes]]:
    """List the headers as raw ASGI pairs, names in lower case.

    HSTS is sent in production only: a browser that saw it on localhost would refuse plain HTTP
    there for a year. It is not sent where a proxy says plain HTTP (RFC 6797, 7.2).
    """
    headers = dict(_ALWAYS)
    if settings.environment == "production" and not plain:
        headers["Strict-Transport-Security"] = _HSTS
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def join_repeated(scope: Scope) -> None:
    """Join the values of a repeated header of a request (RFC 9110, 5.3), Host excepted.

    Of two credentials, origins or media types, a proxy may have read the other one. Joined, they
    are none.
    """
    values: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        values.setdefault(name, []).append(value)
    if len(values) == len(scope["headers"]):
        return
    hosts = values.pop(b"host", [])
    scope["headers"] = [(b"host", host) for host in hosts] + [
        (name, (b"; " if name == b"cookie" else b", ").join(parts))
        for name, parts in values.items()
    ]


def header_of(scope: Scope, name: bytes) -> str | None:
    """Return the value of a request's header, whose name is given in lower case."""
    for header, value in scope["headers"]:
        if header == name:
            return str(value, "latin-1")
    return None
