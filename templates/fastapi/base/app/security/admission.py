"""Counts each request before anything is done for it, and refuses those over a limit.

A request that fails before its caller is known counts against the address that it came from: a
body that cannot be read, a path that does not exist, a credential that is nobody's.
"""

from collections import OrderedDict

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.audit.trail import kept
from app.errors import TooManyRequests, error_response
from app.root_path import route_path
from app.security.request_context import PROBES
from app.security.visit import Visit


class Admission:
    """Answers 429 over a limit, without reading the body or making a query.

    Whose a credential was is remembered, in this process. That says under whom to count a request,
    never what the request may do.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Least recently used first.
        self.known: OrderedDict[bytes, str] = OrderedDict()

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
