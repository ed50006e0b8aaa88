"""`OIDC_DISCOVERY_URL`: where the discovery document is, if not below the issuer's own URL."""

from typing import Annotated, Final

from pydantic import AfterValidator

from app.settings.issuer_url import plain_http, provider_url
from app.settings.rules import InProduction

_EXAMPLE: Final = "https://auth.internal/realms/main/.well-known/openid-configuration"


def _check_discovery(text: str) -> str:
    # Some providers identify the application in the query.
    if text and provider_url(text) is None:
        raise ValueError(f"must look like {_EXAMPLE}, without credentials")
    return text


DiscoveryUrl = Annotated[str, AfterValidator(_check_discovery), InProduction(plain_http)]
