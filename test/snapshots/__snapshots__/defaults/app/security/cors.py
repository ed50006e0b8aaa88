"""Cross-origin rules (Fetch standard): the exact origins of `CORS_ORIGINS`, and nothing else."""

from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.auth.cors import ALLOW_CREDENTIALS, REQUEST_HEADERS
from app.errors import problem_response
from app.security.headers import first_header
from app.settings import Settings

METHODS: Final = ("GET", "POST", "PATCH", "DELETE")
RESPONSE_HEADERS: Final = ("Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-ID")
PREFLIGHT_SECONDS: Final = 600


class Cors(CORSMiddleware):
    """Starlette's middleware, but an origin outside the list gets no CORS header at all."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(
            app,
            allow_origins=settings.cors_origins,
            allow_methods=METHODS,
            allow_headers=(*REQUEST_HEADERS, "Content-Type", "X-Request-ID"),
            # With *, any web site could read what it has the browser fetch in the user's name.
            allow_credentials=ALLOW_CREDENTIALS and "*" not in settings.cors_origins,
            expose_headers=RESPONSE_HEADERS,
            max_age=PREFLIGHT_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = first_header(scope, b"origin") if scope["type"] == "http" else None
        if origin is None:
            await self.app(scope, receive, send)
        elif self.is_allowed_origin(origin):
            await super().__call__(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            answer = problem_response(scope, 403, "This origin is not allowed.")
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer a preflight with the lists; the browser refuses what is not on them."""
        headers = super().preflight_response(request_headers).headers
        kept = {name: value for name, value in headers.items() if not name.startswith("content-")}
        return Response(status_code=204, headers=kept)
