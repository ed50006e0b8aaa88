"""Origins, in the form in which browsers send them (RFC 6454, 6.2)."""

from typing import Final

from pydantic_core import Url, ValidationError

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def origin_of(url: str) -> str | None:
    """Return the origin of a URL: no default port, host in lower case and punycode.

    None for a URL without an origin. App schemes (`capacitor://localhost`) have one.
    """
    try:
        # A parser of the WHATWG URL standard, as in browsers.
        parsed = Url(url)
    except ValidationError:
        return None
    if not parsed.host:
        return None
    is_default = parsed.port in {None, _DEFAULT_PORTS.get(parsed.scheme)}
    return f"{parsed.scheme}://{parsed.host}" + ("" if is_default else f":{parsed.port}")
