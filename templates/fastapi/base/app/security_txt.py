"""`/.well-known/security.txt`: where to report vulnerabilities (RFC 9116)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from fastapi import FastAPI, Request, Response

from app.clock import now
from app.security.query import check_query
from app.settings import Settings

PATH: Final = "/.well-known/security.txt"
# The contact is as current as the last start: a service that was not deployed for longer must not
# vouch for it (RFC 9116, 2.5.5).
_VALID: Final = timedelta(days=180)


def include_security_txt(app: FastAPI, settings: Settings) -> None:
    """Add the file, if there is a contact."""
    if not settings.security_contact:
        return
    text = "".join(f"{name}: {value}\r\n" for name, value in _fields(settings))

    async def read_security_txt(request: Request) -> Response:
        check_query(request, frozenset())
        return Response(text, media_type="text/plain")

    app.add_route(PATH, read_security_txt, include_in_schema=False)


def _fields(settings: Settings) -> Iterator[tuple[str, str]]:
    for contact in settings.security_contact:
        yield "Contact", contact
    yield "Expires", f"{now() + _VALID:%Y-%m-%dT%H:%M:%SZ}"
    for url in settings.security_txt_urls:
        yield "Canonical", url
    if settings.security_languages:
        yield "Preferred-Languages", ", ".join(settings.security_languages)
