"""`OIDC_ISSUER`: the identity provider, exactly as it names itself in its tokens."""

import ipaddress
from typing import Annotated, Final
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator

from app.settings.rules import InProduction

MAX_ISSUER_LENGTH: Final = 255
_EXAMPLE: Final = "https://auth.example.com/realms/main"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine: nobody in between can read or change what it sends."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_url(text: str) -> str:
    try:
        url = urlsplit(text)
        usable = _is_usable(url)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"must look like {_EXAMPLE}, without query or credentials")
    if url.scheme != "https" and not is_loopback(url.hostname or ""):
        raise ValueError("must be https://")
    return text


def _is_usable(url: SplitResult) -> bool:
    return (
        url.scheme in {"https", "http"}
        and bool(url.hostname)
        and url.port != 0
        and len(url.geturl()) <= MAX_ISSUER_LENGTH
        and not (url.query or url.fragment or "@" in url.netloc)
    )


def _plain(text: str) -> str | None:
    return None if text.startswith("https://") else "must be https://"


IssuerUrl = Annotated[str, AfterValidator(_check_url), InProduction(_plain)]
