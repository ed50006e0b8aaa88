"""`OIDC_ISSUER`: the identity provider, exactly as it names itself in its tokens."""

from typing import Annotated, Final
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator

from app.settings.loopback import is_loopback
from app.settings.rules import InProduction

MAX_URL_LENGTH: Final = 255
_EXAMPLE: Final = "https://auth.example.com/realms/main"


def provider_url(text: str) -> SplitResult | None:
    """Parse a URL of the provider; None if it is not valid.

    Raises `ValueError` for plain HTTP to another machine.
    """
    try:
        url = urlsplit(text)
        usable = url.scheme in {"https", "http"} and bool(url.hostname) and url.port != 0
    except ValueError:
        return None
    if not usable or url.fragment or "@" in url.netloc or len(text) > MAX_URL_LENGTH:
        return None
    if url.scheme != "https" and not is_loopback(url.hostname or ""):
        raise ValueError("must be https://")
    return url


def plain_http(text: str) -> str | None:
    """Return the fault of a provider URL in production."""
    return "must be https://" if text.startswith("http://") else None


def _check_issuer(text: str) -> str:
    url = provider_url(text)
    if url is None or url.query:
        raise ValueError(f"must look like {_EXAMPLE}, without query or credentials")
    return text


IssuerUrl = Annotated[str, AfterValidator(_check_issuer), InProduction(plain_http)]
