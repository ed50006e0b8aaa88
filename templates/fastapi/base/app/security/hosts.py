"""Refuses requests for hosts that the service does not serve.

A forged Host ends up in links and cache keys (OWASP WSTG-INPV-17).
"""

import re
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import problem_response
from app.root_path import route_path
from app.security.request_context import PROBES
from app.settings import Settings

_PORT: Final = re.compile(r":[0-9]{1,5}\Z")
_NAME: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


class Hosts:
    """Answers 400 unless the Host is in `ALLOWED_HOSTS`.

    Probes of load balancers and orchestrators call an address, which nothing is made of.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        hosts = settings.allowed_hosts
        self.any_host = "*" in hosts
        self.exact = {host for host in hosts if not host.startswith("*")}
        self.suffixes = tuple(host[1:] for host in hosts if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Of two Host fields, a proxy may have read the other one (RFC 9112, 3.2).
        hosts = [str(value, "latin-1") for name, value in scope["headers"] if name == b"host"]
        is_probe = route_path(scope) in PROBES
        if len(hosts) > 1 or not (is_probe or self._is_allowed("".join(hosts).lower())):
            answer = problem_response(scope, 400, "The service does not answer for this host.")
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_allowed(self, host: str) -> bool:
        name = _PORT.sub("", host)
        if self.any_host or name in self.exact:
            return True
        return name.endswith(self.suffixes) and _NAME.fullmatch(name) is not None
