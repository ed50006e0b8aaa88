"""Which hosts are this machine."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine: nobody in between can read or change what it sends."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
