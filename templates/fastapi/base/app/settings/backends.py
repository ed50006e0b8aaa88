"""What databases, caches and the like have in common: where they are, and what opens them."""

import ipaddress
from typing import Final
from urllib.parse import SplitResult, unquote

# What products ship with, and what guides and examples put in its place.
_WELL_KNOWN_PASSWORDS: Final = {
    "admin",
    "administrator",
    "app",
    "changeit",
    "changeme",
    "changethis",
    "database",
    "default",
    "docker",
    "example",
    "foobared",
    "guest",
    "letmein",
    "mariadb",
    "mongo",
    "mysql",
    "oracle",
    "pass",
    "passw0rd",
    "password",
    "postgres",
    "postgresql",
    "redis",
    "root",
    "sa",
    "secret",
    "test",
    "toor",
    "user",
    "valkey",
}


def is_here(host: str | None) -> bool:
    """Tell whether a host is this machine: nobody in between can read or change what it sends."""
    if not host or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def has_well_known_password(parts: SplitResult) -> bool:
    """Tell whether the password of a URL is one of those that everybody tries."""
    password = unquote(parts.password or "")
    plain = password.lower().rstrip("0123456789!")
    return bool(password) and (
        plain in _WELL_KNOWN_PASSWORDS | {""} or password == unquote(parts.username or "")
    )
