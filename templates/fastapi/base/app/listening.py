"""Listening sockets, and what to tell an operator when there can be none."""

import socket

from app.settings import SettingsError


def listen(host: str, port: int, *, prefix: str = "") -> socket.socket:
    """Listen on `<prefix>HOST` and `<prefix>PORT`; `::` is every address of IPv4 and IPv6.

    Raises `SettingsError` if it is not possible.
    """
    try:
        # Of a name with addresses of both families, that of IPv4.
        family = min(found[0] for found in socket.getaddrinfo(host, port))
        return socket.create_server((host, port), family=family, dualstack_ipv6=host == "::")
    except OSError as error:
        # After it, the library repeats the address.
        reason = (error.strerror or type(error).__name__).partition(" (")[0].lower()
        fault = (
            f"{prefix}PORT: cannot listen on {port} of {prefix}HOST: {reason}; "
            "each process on a machine needs a port of its own"
        )
    raise SettingsError([fault])
