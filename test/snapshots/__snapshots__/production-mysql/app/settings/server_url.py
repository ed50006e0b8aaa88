"""What the URL of a database server looks like, and which passwords production refuses."""

from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr

_WELL_KNOWN_PASSWORDS: Final = {
    "admin",
    "app",
    "changeme",
    "changethis",
    "database",
    "password",
    "pass",
    "root",
    "secret",
    "test",
    "user",
}


def check_url(url: SecretStr, *, like: str) -> SecretStr:
    """Return a URL that has the scheme of `like` and names a database."""
    try:
        parts = urlsplit(url.get_secret_value())
        named = bool(parts.path.strip("/")) and parts.port != 0
        usable = parts.scheme == urlsplit(like).scheme and named
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"must look like {like}")
    return url


def options_of(url: SecretStr, *, known: set[str]) -> dict[str, str]:
    """Return the options of a URL, which are all known and have values."""
    query = urlsplit(url.get_secret_value()).query
    # An option without a value would be left out in silence.
    options = dict(parse_qsl(query, keep_blank_values=True))
    if not all(options.values()) or not options.keys() <= known:
        raise ValueError(f"takes these options with a value: {', '.join(sorted(known))}")
    return options


def unsafe_password(url: SecretStr, *, customary: set[str]) -> str | None:
    """Say what is wrong with the password: `customary` are those that everyone tries here."""
    parts = urlsplit(url.get_secret_value())
    password = unquote(parts.password or "")
    if not password:
        return "has no password"
    well_known = _WELL_KNOWN_PASSWORDS | customary
    if password.lower() in well_known or password == unquote(parts.username or ""):
        return "has a well-known password"
    return None
