"""Refuses requests for hosts that the service does not serve.

A forged Host ends up in links and cache keys (OWASP WSTG-INPV-17).
"""

import re
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import problem_response
from app.root_path import route_path
from app.security.https import in_the_clear
from app.security.request_context import PROBES
from app.settings import Settings

# A name or an address, and optionally a port (RFC 9110, 7.2): after any other character, such as a
# slash, an allowed suffix is not part of the host.
_HOST: Final = re.compile(
    r"([a-z0-9_-]++(?:\.[a-z0-9_-]++)*+|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?"
)


class Hosts:
    """Responds with 400 unless the Host is in `ALLOWED_HOSTS`.

    The health paths accept any host: probes call an address. In the clear they are redirected, and
    their host becomes part of a URL.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
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
        is_probe = route_path(scope) in PROBES and not in_the_clear(self.settings, scope)
        if len(hosts) > 1 or not (is_probe or self._is_allowed("".join(hosts).lower())):
            answer = problem_response(scope, 400, "This host is not allowed.")
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_allowed(self, host: str) -> bool:
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        return self.any_host or match[1] in self.exact or match[1].endswith(self.suffixes)
