"""The client's address and the requested host behind proxies (RFC 7239, X-Forwarded-*).

Forwarding headers are client input until a trusted proxy has appended to them, so they are read
from the right, and only through the addresses in `TRUSTED_PROXIES`.
"""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from starlette.datastructures import Headers
from starlette.types import Scope

from app.settings.types import Network
from app.telemetry.trace_parents import keep_parent

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Precision = Literal["full", "truncated", "off"]

# name=token or name="text": a comma or a semicolon inside quotes leaves halves that do not match.
_FORWARDED_PAIR: Final = re.compile(r"""\s*([\w-]+)=("[^"\\]*"|[^\s"\\]+)\s*""", re.ASCII)
_SCHEMES: Final = {"http", "https"}
# A truncated address stands for 256 subscribers (IPv4) or one site (IPv6).
_TRUNCATED_BITS: Final = {4: 24, 6: 48}
# No chain of proxies is longer; the leftmost entries may be client input of any length.
_MAX_HOPS: Final = 20


@dataclass(frozen=True, slots=True)
class _Hop:
    """One proxy's view of its client and the request.

    The address is None if it is invalid; scheme and host are None if they are missing.
    """

    address: Address | None
    scheme: str = ""
    host: str = ""


class ClientAddress:
    """Sets the client address, and the scheme and host of the client's request, in the scope."""

    def __init__(self, trusted_proxies: tuple[Network, ...]) -> None:
        self.trusted_proxies = trusted_proxies

    def resolve(self, scope: Scope) -> None:
        """Rewrite `client`, `scheme` and Host in the scope of a request from a trusted proxy."""
        text = (scope.get("client") or ("",))[0]
        peer = _parse(text) if self.trusted_proxies or ":" in text else None
        if peer is None:
            return
        caller = _Hop(peer)
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

    @keep_parent
    def _caller(self, peer: _Hop, scope: Scope) -> _Hop:
        """Return what a trusted peer says of its client."""
        headers = Headers(scope=scope)
        chains = (_forwarded(headers), _x_forwarded(headers))
        callers = [self._walk(peer, chain) for chain in chains if chain]
        # A proxy sets one of the two headers and may forward the client's own value of the other.
        # If they name different clients, one is forged, and there is no telling which.
        if len({caller.address for caller in callers}) != 1:
            return peer
        schemes = {caller.scheme for caller in callers} & _SCHEMES
        hosts = {caller.host for caller in callers} - {""}
        return _Hop(
            callers[0].address,
            schemes.pop() if len(schemes) == 1 else "",
            hosts.pop() if len(hosts) == 1 else "",
        )

    def _walk(self, peer: _Hop, chain: list[_Hop]) -> _Hop:
        caller = peer
        for hop in reversed(chain):
            if hop.address is None:
                break
            caller = hop
            if not self._is_trusted(hop.address):
                break
        return caller

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self.trusted_proxies)


def logged_address(scope: Scope, precision: Precision) -> str | None:
    """Return the client address for the logs, as `LOG_CLIENT_ADDRESS` allows."""
    if precision == "off" or not scope.get("client"):
        return None
    return _logged(scope["client"][0], precision)


# Cached: the same clients return, and parsing an address costs as much as a middleware.
@lru_cache(maxsize=4096)
def _logged(host: str, precision: Precision) -> str | None:
    address = _parse(host)
    if address is None:
        return None
    # Without the zone, which names an interface of this machine.
    address = type(address)(int(address))
    if precision == "full":
        return str(address)
    return str(ipaddress.ip_network((address, _TRUNCATED_BITS[address.version]), strict=False))


def _forwarded(headers: Headers) -> list[_Hop]:
    """List the hops of `Forwarded`, the client's first."""
    field = ",".join(headers.getlist("forwarded"))
    return [_forwarded_hop(element) for element in _last_hops(field)] if field else []


def _forwarded_hop(element: str) -> _Hop:
    matches = [_FORWARDED_PAIR.fullmatch(pair) for pair in element.split(";")]
    pairs = [(match[1].lower(), match[2].strip('"')) for match in matches if match]
    values = dict(pairs)
    if len(values) != len(matches):
        return _Hop(None)
    address = _parse(_without_port(values.get("for", "")))
    return _Hop(address, values.get("proto", "").lower(), values.get("host", ""))


def _x_forwarded(headers: Headers) -> list[_Hop]:
    """List the hops of `X-Forwarded-For`, `-Proto` and `-Host`, the client's first."""
    field = ",".join(headers.getlist("x-forwarded-for"))
    if not field:
        return []
    addresses = [_parse(_without_port(node.strip())) for node in _last_hops(field)]
    schemes = _for_each(addresses, headers.getlist("x-forwarded-proto"))
    hosts = _for_each(addresses, headers.getlist("x-forwarded-host"))
    return [
        _Hop(address, scheme.lower(), host)
        for address, scheme, host in zip(addresses, schemes, hosts, strict=True)
    ]


def _for_each(addresses: list[Address | None], fields: list[str]) -> list[str]:
    values = [value.strip() for value in _last_hops(",".join(fields))]
    # A single value for several addresses was set by the outermost proxy for the whole chain.
    return values if len(values) == len(addresses) else [values[-1]] * len(addresses)


def _last_hops(field: str) -> list[str]:
    return field.rsplit(",", _MAX_HOPS)[-_MAX_HOPS:]


def _without_port(node: str) -> str:
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket that serves both families names IPv4 peers ::ffff:192.0.2.1.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
