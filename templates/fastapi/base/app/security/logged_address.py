"""The client address in logs and audit events, as far as `LOG_CLIENT_ADDRESS` allows."""

import ipaddress
from functools import lru_cache
from typing import Final, Literal

from starlette.types import Scope

from app.security.forwarding import parse_address

Precision = Literal["full", "truncated", "off"]

# A truncated address stands for 256 subscribers (IPv4) or one site (IPv6).
_TRUNCATED_BITS: Final = {4: 24, 6: 48}


def logged_address(scope: Scope, precision: Precision) -> str | None:
    """Return the client address for the logs, as `LOG_CLIENT_ADDRESS` allows."""
    if precision == "off" or not scope.get("client"):
        return None
    return _logged(scope["client"][0], precision)


# Cached: the same clients return, and parsing an address costs as much as a middleware.
@lru_cache(maxsize=4096)
def _logged(host: str, precision: Precision) -> str | None:
    address = parse_address(host)
    if address is None:
        return None
    # Without the zone, which names an interface of this machine.
    address = type(address)(int(address))
    if precision == "full":
        return str(address)
    return str(ipaddress.ip_network((address, _TRUNCATED_BITS[address.version]), strict=False))
