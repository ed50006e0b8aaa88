"""Cross-origin rules (Fetch standard): the exact origins of `CORS_ORIGINS`, and nothing else."""

from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.auth.cors import ALLOW_CREDENTIALS, REQUEST_HEADERS
from app.errors import problem_response
from app.security.headers import header_of
from app.settings import Settings

METHODS: Final = ("GET", "POST", "PATCH", "DELETE")
REQUEST_HEADERS_OF_ALL: Final = (
    "Accept",
    "Accept-Language",
    "Content-Language",
    "Content-Type",
    "X-Request-ID",
    "traceparent",
)
RESPONSE_HEADERS: Final = (
    "Content-Disposition",
    "Location",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "X-Request-ID",
)
PREFLIGHT_SECONDS: Final = 600


class CorsHeaders:
    """CORS headers of responses, only for allowed origins."""

    def __init__(self, settings: Settings) -> None:
        self.origins = frozenset(settings.cors_origins)
        self.any_origin = "*" in self.origins
        self.rest = [(b"access-control-expose-headers", ", ".join(RESPONSE_HEADERS).encode())]
        # With *, any web site could read what it makes the browser fetch with the user's
        # credentials.
        if ALLOW_CREDENTIALS and not self.any_origin:
            self.rest.append((b"access-control-allow-credentials", b"true"))

    def allow(self, origin: str | None) -> bool:
        """Return whether an origin is allowed."""
        return origin is not None and (self.any_origin or origin in self.origins)

    def of(self, origin: str | None) -> list[tuple[bytes, bytes]]:
        """List the headers of a response to this origin, as raw ASGI pairs."""
        if origin is None or not self.allow(origin):
            return []
        allowed = "*" if self.any_origin else origin
        return [(b"access-control-allow-origin", allowed.encode("latin-1")), *self.rest]


class Preflights:
    """Answers preflight requests."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.cors = CorsHeaders(settings)
        # Always the full lists: the browser refuses what is not in them.
        self.headers = {
            "Access-Control-Allow-Methods": ", ".join(METHODS),
            "Access-Control-Allow-Headers": ", ".join((*REQUEST_HEADERS, *REQUEST_HEADERS_OF_ALL)),
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if answer := self._answer(scope):
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        if scope["type"] != "http" or scope["method"] != "OPTIONS":
            return None
        origin = header_of(scope, b"origin")
        # Without the method that it asks for, it is no preflight (Fetch standard).
        if origin is None or header_of(scope, b"access-control-request-method") is None:
            return None
        if not self.cors.allow(origin):
            return problem_response(scope, 403, "This origin is not allowed.")
        return Response(status_code=204, headers=self.headers)
