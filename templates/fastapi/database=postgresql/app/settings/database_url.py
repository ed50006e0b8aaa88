"""`DATABASE_URL`: where PostgreSQL is, and as whom to sign in."""

from functools import partial
from typing import Annotated, Final

from pydantic import AfterValidator, SecretStr

from app.settings.backends import OverTls
from app.settings.rules import Confidential, InProduction
from app.settings.server_url import check_url, is_elsewhere, options_of, unsafe_password

_LIKE: Final = "postgresql://user:password@host:5432/database"
# What libpq calls them. The server would take any other for a setting of its own.
_OPTIONS: Final = {
    "application_name",
    "search_path",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement_timeout",
    "target_session_attrs",
}
_PLAIN_SSL_MODES: Final = {"disable", "allow", "prefer"}
_SSL_MODES: Final = {*_PLAIN_SSL_MODES, "require", "verify-ca", "verify-full"}


def _check_options(url: SecretStr) -> SecretStr:
    options = options_of(url, known=_OPTIONS)
    if options.get("sslmode", "prefer") not in _SSL_MODES:
        raise ValueError(f"sslmode must be one of {', '.join(sorted(_SSL_MODES))}")
    return url


def _is_plain(url: SecretStr) -> bool:
    # Without a mode, whoever is in between decides whether the connection is encrypted.
    mode = options_of(url, known=_OPTIONS).get("sslmode", "prefer")
    return is_elsewhere(url) and mode in _PLAIN_SSL_MODES


DatabaseUrl = Annotated[
    SecretStr,
    AfterValidator(partial(check_url, like=_LIKE)),
    AfterValidator(_check_options),
    InProduction(unsafe_password),
    OverTls(_is_plain),
    Confidential(),
]
