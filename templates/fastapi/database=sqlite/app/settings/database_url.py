"""`DATABASE_URL`: the file of a SQLite database."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr

from app.settings.rules import Confidential, InProduction

SCHEME = "sqlite:///"


def _check_url(url: SecretStr) -> SecretStr:
    scheme, separator, path = url.get_secret_value().partition("///")
    # In memory, each connection of the pool would have its own empty database.
    if scheme + separator != SCHEME or path in {"", ":memory:"}:
        raise ValueError("must look like sqlite:///./app.db")
    return url


def _unfit(url: SecretStr) -> str | None:
    return "is SQLite, which has no accounts, no network and one writer at a time"


DatabaseUrl = Annotated[SecretStr, AfterValidator(_check_url), InProduction(_unfit), Confidential()]
