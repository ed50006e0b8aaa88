"""`DATABASE_URL`: where PostgreSQL is, and as whom to sign in."""

from functools import partial
from typing import Annotated, Final

from pydantic import AfterValidator, SecretStr

from app.settings.rules import Confidential, InProduction
from app.settings.server_url import check_url, options_of, unsafe_password

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
    options = options_of(url, known=_OPTIONS)
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
