"""`PASSWORD_BREACH_URL`: a service that lists breached passwords; empty for none."""

from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator

from app.settings.rules import InProduction


def _check_url(text: str) -> str:
    try:
        usable = not text or _is_usable(urlsplit(text))
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must look like https://api.pwnedpasswords.com/range")
    return text.rstrip("/")


def _is_usable(url: SplitResult) -> bool:
    return (
        url.scheme in {"https", "http"}
        and bool(url.hostname)
        and url.port != 0
        and not (url.query or url.fragment or "@" in url.netloc)
    )


def _plain(text: str) -> str | None:
    return "must be https://" if text.startswith("http://") else None


BreachUrl = Annotated[str, AfterValidator(_check_url), InProduction(_plain)]
