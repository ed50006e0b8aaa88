"""What forwarding headers say: `Forwarded` (RFC 7239) and X-Forwarded-*."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# name=token or name="text": a comma or a semicolon inside quotes leaves halves that do not match.
_FORWARDED_PAIR: Final = re.compile(r"""\s*([\w-]+)=("[^"\\]*"|[^\s"\\]+)\s*""", re.ASCII)
# No chain of proxies is longer; the leftmost entries may be client input of any length.
_MAX_HOPS: Final = 20


@dataclass(frozen=True, slots=True)
class Hop:
    """One proxy's view of its client and the request.

    The address is None if it is invalid; scheme and host are None if they are missing.
    """

    address: Address | None
    scheme: str = ""
    host: str = ""


def chains_of(headers: Headers) -> list[list[Hop]]:
    """List the chains of hops that the headers name, one for each kind that is present."""
    return [chain for chain in (_forwarded(headers), _x_forwarded(headers)) if chain]


def lone_scheme(headers: Headers) -> str:
    """Return the `X-Forwarded-Proto` of a proxy that does not name its client; or else nothing."""
    if "".join(headers.getlist("x-forwarded-for")):
        return ""
    return _for_each([None], headers.getlist("x-forwarded-proto"))[0].lower()


def _forwarded(headers: Headers) -> list[Hop]:
    """List the hops of `Forwarded`, the client's first."""
    field = ",".join(headers.getlist("forwarded"))
    return [_forwarded_hop(element) for element in _last_hops(field)] if field else []


def _forwarded_hop(element: str) -> Hop:
    matches = [_FORWARDED_PAIR.fullmatch(pair) for pair in element.split(";")]
    pairs = [(match[1].lower(), match[2].strip('"')) for match in matches if match]
    values = dict(pairs)
    if len(values) != len(matches):
        # Whatever else it is, a request that came in the clear came in the clear.
        in_the_clear = any(name == "proto" and value.lower() == "http" for name, value in pairs)
        return Hop(None, "http" if in_the_clear else "")
    address = parse_address(_without_port(values.get("for", "")))
    return Hop(address, values.get("proto", "").lower(), values.get("host", ""))


def _x_forwarded(headers: Headers) -> list[Hop]:
    """List the hops of `X-Forwarded-For`, `-Proto` and `-Host`, the client's first."""
    field = ",".join(headers.getlist("x-forwarded-for"))
    if not field:
        return []
    addresses = [parse_address(_without_port(node.strip())) for node in _last_hops(field)]
    schemes = _for_each(addresses, headers.getlist("x-forwarded-proto"))
    hosts = _for_each(addresses, headers.getlist("x-forwarded-host"))
    return [
        Hop(address, scheme.lower(), host)
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


def parse_address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket that serves both families names IPv4 peers ::ffff:192.0.2.1.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
