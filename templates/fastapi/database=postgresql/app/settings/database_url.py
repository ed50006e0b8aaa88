"""`DATABASE_URL`: where PostgreSQL is, and as whom to sign in."""

from functools import partial
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, SecretStr

from app.settings.rules import Confidential, InProduction
from app.settings.server_url import check_url, unsafe_password

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
_SSL_MODES: Final = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


def _check_options(url: SecretStr) -> SecretStr:
    query = urlsplit(url.get_secret_value()).query
    # An option without a value would be left out in silence.
    options = dict(parse_qsl(query, keep_blank_values=True))
    if not all(options.values()) or not options.keys() <= _OPTIONS:
        raise ValueError(f"takes these options with a value: {', '.join(sorted(_OPTIONS))}")
    if options.get("sslmode", "prefer") not in _SSL_MODES:
        raise ValueError(f"sslmode must be one of {', '.join(sorted(_SSL_MODES))}")
    return url


DatabaseUrl = Annotated[
    SecretStr,
    AfterValidator(partial(check_url, like=_LIKE)),
    AfterValidator(_check_options),
    InProduction(partial(unsafe_password, customary={"postgres", "postgresql"})),
    Confidential(),
]
