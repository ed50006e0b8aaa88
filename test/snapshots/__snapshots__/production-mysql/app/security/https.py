"""Sends plain HTTP to HTTPS, where a trusted proxy says what the client used."""

from starlette.datastructures import URL
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings


class HttpsRedirect:
    """Answers 308 to plain HTTP in production behind `TRUSTED_PROXIES`.

    Probes that reach the service directly, without a forwarding field, are left alone.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.active = settings.environment == "production" and bool(settings.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.active and scope.get("state", {}).get("forwarded_scheme") == "http":
            secure = URL(scope=scope).replace(scheme="https")
            await RedirectResponse(secure, status_code=308)(scope, receive, send)
            return
        await self.app(scope, receive, send)
