"""`DATABASE_URL`: where PostgreSQL is, and as whom to sign in."""

from typing import Annotated, Final
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, SecretStr

from app.settings.rules import Confidential, InProduction

_WELL_KNOWN_PASSWORDS: Final = {
    "admin",
    "app",
    "changeme",
    "changethis",
    "password",
    "pass",
    "postgres",
    "postgresql",
    "root",
    "secret",
    "test",
    "user",
}


def _check_url(url: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(url.get_secret_value())
        usable = parts.scheme == "postgresql" and bool(parts.path.strip("/")) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must look like postgresql://user:password@host:5432/database")
    return url


def _unsafe_password(url: SecretStr) -> str | None:
    parts = urlsplit(url.get_secret_value())
    password = unquote(parts.password or "")
    if not password:
        return "has no password"
    if password.lower() in _WELL_KNOWN_PASSWORDS or password == unquote(parts.username or ""):
        return "has a well-known password"
    return None


DatabaseUrl = Annotated[
    SecretStr, AfterValidator(_check_url), InProduction(_unsafe_password), Confidential()
]
