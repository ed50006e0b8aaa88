"""Hosts that are this machine."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, so that no network lies in between."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
