"""The client's address and the requested host behind proxies.

Forwarding headers are client input until a trusted proxy has appended to them, so they are read
from the right, and only through the addresses in `TRUSTED_PROXIES`.
"""

from dataclasses import replace

from starlette.datastructures import Headers
from starlette.types import Scope

from app.security.forwarding import Address, Hop, chains_of, lone_scheme, parse_address
from app.settings.types import Network


class ClientAddress:
    """Sets the client address, and the scheme and host of the client's request, in the scope."""

    def __init__(self, trusted_proxies: tuple[Network, ...]) -> None:
        self.trusted_proxies = trusted_proxies

    def resolve(self, scope: Scope) -> None:
        """Rewrite `client`, `scheme` and Host in the scope of a request from a trusted proxy."""
        text = (scope.get("client") or ("",))[0]
        peer = parse_address(text) if self.trusted_proxies or ":" in text else None
        if peer is None:
            return
        caller = Hop(peer)
        if self._is_trusted(peer):
            caller = self._caller(caller, scope)
        if str(caller.address) != text:
            scope["client"] = (str(caller.address), 0)
        if caller.scheme:
            scope["scheme"] = scope.setdefault("state", {})["forwarded_scheme"] = caller.scheme
        if caller.host:
            host = caller.host.encode("latin-1")
            scope["headers"] = [
                (name, host if name == b"host" else value) for name, value in scope["headers"]
            ]

    def _caller(self, peer: Hop, scope: Scope) -> Hop:
        """Return what a trusted peer says of its client."""
        headers = Headers(scope=scope)
        callers = [self._walk(peer, chain) for chain in chains_of(headers)]
        scheme = _scheme({lone_scheme(headers), *(caller.scheme for caller in callers)} - {""})
        # A proxy sets one of the two headers and may forward the client's own value of the other.
        # If they name different clients, one is forged, and there is no telling which.
        if len({caller.address for caller in callers}) != 1:
            return replace(peer, scheme=scheme)
        hosts = {caller.host for caller in callers} - {""}
        return Hop(
            callers[0].address,
            scheme,
            hosts.pop() if len(hosts) == 1 else "",
        )

    def _walk(self, peer: Hop, chain: list[Hop]) -> Hop:
        caller = peer
        for hop in reversed(chain):
            if hop.address is None:
                # How an unknown client called is known all the same.
                return replace(caller, scheme=hop.scheme)
            caller = hop
            if not self._is_trusted(hop.address):
                break
        return caller

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self.trusted_proxies)


def _scheme(named: set[str]) -> str:
    """Return the scheme of the client's request; empty if it is unknown.

    Whoever calls in the clear must not hide it in the header that the proxy does not set.
    """
    if "http" in named:
        return "http"
    return "https" if named == {"https"} else ""
