"""Rate limits requests before any work is done for them.

A request that ends before its caller is known counts against the client address: a public page, a
malformed body, an unknown path, an invalid credential.
"""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.audit.trail import kept
from app.errors import TooManyRequests, error_response
from app.root_path import route_path
from app.security.request_context import PROBES
from app.security.visit import KnownCallers, Visit


class Admission:
    """Responds with 429 over a limit, without reading the body or a query.

    The process remembers the caller of a credential, only to count requests, never to authorize
    them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.known = KnownCallers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or route_path(scope) in PROBES:
            await self.app(scope, receive, send)
            return
        kept.set([])
        visit = await Visit.begin(Request(scope), self.known)
        scope["state"]["visit"] = visit

        async def counting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                await visit.end(message["status"])
            await send(message)

        try:
            await visit.admit()
        except TooManyRequests as refusal:
            await error_response(scope, refusal)(scope, receive, send)
            return
        try:
            await self.app(scope, receive, counting_send)
        except Exception:
            await visit.end(500)
            raise
