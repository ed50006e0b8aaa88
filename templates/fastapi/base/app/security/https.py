"""Plain HTTP, as reported by a trusted proxy."""

from starlette.datastructures import URL
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import problem_response
from app.root_path import route_path
from app.settings import Settings


def in_the_clear(settings: Settings, scope: Scope) -> bool:
    """Return whether a request came in the clear where that is not served."""
    is_active = settings.environment == "production" and bool(settings.trusted_proxies)
    return is_active and scope.get("state", {}).get("forwarded_scheme") == "http"


class HttpsOnly:
    """Refuses plain HTTP under `/api/` in production, and redirects pages (ASVS 5.0 V4.1.2).

    A redirected client would keep sending its secret unencrypted without anyone noticing. Probes
    that reach the service directly, without forwarding headers, are accepted.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if in_the_clear(self.settings, scope):
            await _answer(scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _answer(scope: Scope) -> Response:
    if route_path(scope).startswith("/api/"):
        return problem_response(scope, 403, "The API is served over HTTPS only.")
    # The port is the one of plain HTTP. Decoded, a path with %25 or %2F would be another one.
    path = str(scope["raw_path"], "ascii")
    secure = URL(scope=scope).replace(scheme="https", port=None, path=path)
    return RedirectResponse(secure, status_code=308)
