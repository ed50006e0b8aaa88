"""What the URL of a database server looks like, and which passwords production refuses."""

from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from app.settings.backends import has_well_known_password
from app.settings.loopback import is_loopback


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


def unsafe_password(url: SecretStr) -> str | None:
    """Say what is wrong with the password."""
    parts = urlsplit(url.get_secret_value())
    if not parts.password:
        return "has no password"
    return "has a well-known password" if has_well_known_password(parts) else None


def is_elsewhere(url: SecretStr) -> bool:
    """Tell whether a network lies between the service and the server."""
    host = urlsplit(url.get_secret_value()).hostname
    # Without a host, it is a socket of this machine.
    return host is not None and not is_loopback(host)
