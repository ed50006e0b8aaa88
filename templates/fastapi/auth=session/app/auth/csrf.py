"""Requests that another web site makes the browser send (OWASP CSRF Prevention Cheat Sheet).

The browser adds the cookie to requests from any page, an attacker's too. Two things must show that
a request comes from a page of ours: a token that only our pages can read, and the origin that the
browser itself reports.
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
    """Make the token of a session: another session's, or an earlier one's, does not fit."""
    return keys.mac(_PURPOSE, session_id.bytes).hex()


async def refuse_forgeries(
    request: Request, principal: CurrentPrincipal, resources: ResourcesDep
) -> None:
    """Raise `Forbidden` for a change without the session's token or from a foreign page."""
    if request.method in _SAFE_METHODS:
        return
    if _has_token(request, resources.keys, principal.session_id) and _is_from_own_page(
        request, resources.settings
    ):
        return
    # Who did it is not known: not the user, if it is what it looks like.
    user_id = principal.user.id
    await record_refusal(resources, "auth.csrf.denied", caller=str(user_id), subject_id=user_id)
    raise Forbidden("The request needs the CSRF token of its session and an allowed origin.")


async def refuse_foreign_pages(request: Request, resources: ResourcesDep) -> None:
    """Raise `Forbidden` for a request from a foreign page.

    A page that signs its visitor in to the attacker's account would collect what the visitor then
    enters (CWE-352). A client that says nothing about a page is no browser, and is let through: it
    sends no cookie that it was not given on purpose.
    """
    told = any(name in request.headers for name in ("origin", "referer", "sec-fetch-site"))
    if told and not _is_from_own_page(request, resources.settings):
        address = RateLimiter(resources, request).address
        await record_refusal(resources, "auth.csrf.denied", caller=address)
        raise Forbidden("Sign in from a page of an allowed origin.")


def describe_session(document: dict[str, Any], settings: Settings) -> None:
    """Tell in the OpenAPI document that a change needs the token as well as the cookie."""
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
    """Tell whether the page is of the service itself or of one of `CORS_ORIGINS`."""
    origin = request.headers.get("origin") or origin_of(request.headers.get("referer", ""))
    if origin is None or origin == "null":
        # Every sandboxed frame has the origin null.
        return False
    if origin in settings.cors_origins:
        return True
    schemes = ("https", "http") if speaks_plain_http(request, settings) else ("https",)
    # A proxy that ends TLS may name the port on which it was itself called.
    host = request.headers.get("host", "").removesuffix(":80")
    return (
        origin in {origin_of(f"{scheme}://{host}") for scheme in schemes}
        and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    )
