"""Protection against CSRF (OWASP CSRF Prevention Cheat Sheet).

Browsers add the cookie to requests from any page, including an attacker's. So a request needs a
token that only allowed pages can read, and an allowed origin, which the browser itself reports.
"""

from typing import Any, Final
from uuid import UUID

from fastapi import Request

from app.audit.refusals import record_refusal
from app.auth.authenticator import SCHEME
from app.auth.cookie import cookie_name, may_be_plain, speaks_plain_http
from app.auth.dependencies import CurrentPrincipal
from app.errors import Forbidden
from app.openapi import operations
from app.resources import ResourcesDep
from app.security.keys import Keys
from app.security.origins import origin_of
from app.security.rate_limit import RateLimiter
from app.settings import Settings

HEADER: Final = "X-CSRF-Token"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PURPOSE: Final = "csrf"


def csrf_token(keys: Keys, session_id: UUID) -> str:
    """Return the token of a session: it is valid for this session only."""
    return keys.mac(_PURPOSE, session_id.bytes).hex()


async def refuse_forgeries(
    request: Request, principal: CurrentPrincipal, resources: ResourcesDep
) -> None:
    """Raise `Forbidden` for a state-changing request without the token or from a foreign page."""
    if request.method in _SAFE_METHODS:
        return
    if _has_token(request, resources.keys, principal.session_id) and _is_from_own_page(
        request, resources.settings
    ):
        return
    # The actor is unknown: if it is a forgery, it was not the user.
    user_id = principal.user.id
    await record_refusal(resources, "auth.csrf.denied", caller=str(user_id), subject_id=user_id)
    raise Forbidden("The request needs the CSRF token of its session and an allowed origin.")


async def refuse_foreign_pages(request: Request, resources: ResourcesDep) -> None:
    """Raise `Forbidden` for a request from a foreign page.

    A page that signs its visitor in to the attacker's account would collect what the visitor then
    enters (CWE-352). A client that sends none of the headers by which a browser tells where a
    request comes from is not a browser and is accepted: it only sends cookies that it was given on
    purpose.
    """
    told = any(name in request.headers for name in ("origin", "referer", "sec-fetch-site"))
    if told and not _is_from_own_page(request, resources.settings):
        address = RateLimiter(resources, request).address
        await record_refusal(resources, "auth.csrf.denied", caller=address)
        raise Forbidden("Sign in from a page of an allowed origin.")


def describe_session(document: dict[str, Any], settings: Settings) -> None:
    """Document in OpenAPI that state-changing requests need the token as well as the cookie."""
    schemes = document["components"]["securitySchemes"]
    schemes[SCHEME]["name"] = cookie_name(plain=may_be_plain(settings))
    schemes[HEADER] = {
        "type": "apiKey",
        "in": "header",
        "name": HEADER,
        "description": "From `POST /api/v1/auth/login` or `GET /api/v1/auth/csrf`.",
    }
    for method, _, operation in operations(document):
        if operation["security"] and method not in _SAFE_METHODS:
            operation["security"] = [{SCHEME: [], HEADER: []}]


def _has_token(request: Request, keys: Keys, session_id: UUID) -> bool:
    try:
        mac = bytes.fromhex(request.headers.get(HEADER, ""))
    except ValueError:
        return False
    return keys.verify(_PURPOSE, session_id.bytes, mac)


def _is_from_own_page(request: Request, settings: Settings) -> bool:
    """Return whether the page has the service's own origin or one of `CORS_ORIGINS`."""
    origin = request.headers.get("origin") or origin_of(request.headers.get("referer", ""))
    if origin is None or origin == "null":
        # Every sandboxed frame has the origin null.
        return False
    if origin in settings.cors_origins:
        return True
    schemes = ("https", "http") if speaks_plain_http(request, settings) else ("https",)
    # A proxy that terminates TLS may forward the port on which it was called.
    host = request.headers.get("host", "").removesuffix(":80")
    return (
        origin in {origin_of(f"{scheme}://{host}") for scheme in schemes}
        and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    )
