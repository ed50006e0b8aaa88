"""URLs of database servers, and the passwords that production refuses."""

from pathlib import Path
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
    """Return the options of a URL; raises `ValueError` for unknown or empty ones."""
    query = urlsplit(url.get_secret_value()).query
    # An option without a value would be ignored silently.
    options = dict(parse_qsl(query, keep_blank_values=True))
    if not all(options.values()) or not options.keys() <= known:
        raise ValueError(f"takes these options with a value: {', '.join(sorted(known))}")
    return options


def check_files(options: dict[str, str], names: tuple[str, ...]) -> None:
    """Raise `ValueError` unless the files that options name can be read: connecting would fail."""
    for name in names:
        try:
            if name in options:
                Path(options[name]).read_bytes()
        except (OSError, ValueError):
            raise ValueError(f"the file of {name} cannot be read") from None


def unsafe_password(url: SecretStr) -> str | None:
    """Return what is wrong with the password."""
    parts = urlsplit(url.get_secret_value())
    if not parts.password:
        return "has no password"
    return "has a well-known password" if has_well_known_password(parts) else None


def is_elsewhere(url: SecretStr) -> bool:
    """Return whether the server is on another machine."""
    host = urlsplit(url.get_secret_value()).hostname
    # Without a host, it is a Unix socket.
    return host is not None and not is_loopback(host)
