"""`DATABASE_URL`: the PostgreSQL server, database and role."""

import re
from functools import partial
from typing import Annotated, Final

from pydantic import AfterValidator, SecretStr, ValidationInfo

from app.settings.backends import OverTls
from app.settings.rules import Confidential, InProduction
from app.settings.server_url import (
    check_files,
    check_url,
    is_elsewhere,
    options_of,
    unsafe_password,
)

_LIKE: Final = "postgresql://user:password@host:5432/database"
# Options of libpq. The server would take any other for a setting of its own.
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
_FILES: Final = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
# Session parameters, which a pooler refuses or drops since it shares sessions.
_OF_A_SESSION: Final = {"search_path", "statement_timeout"}
_PLAIN_SSL_MODES: Final = {"disable", "allow", "prefer"}
_SSL_MODES: Final = {*_PLAIN_SSL_MODES, "require", "verify-ca", "verify-full"}
_TIME: Final = re.compile(r"[0-9]{1,9}(us|ms|s|min|h|d)?")


def _check_options(url: SecretStr) -> SecretStr:
    options = options_of(url, known=_OPTIONS)
    if options.get("sslmode", "prefer") not in _SSL_MODES:
        raise ValueError(f"sslmode must be one of {', '.join(sorted(_SSL_MODES))}")
    if not _TIME.fullmatch(options.get("statement_timeout", "0")):
        raise ValueError("statement_timeout must be milliseconds, or a time such as 20s")
    check_files(options, _FILES)
    return url


def _check_pooler(url: SecretStr, info: ValidationInfo) -> SecretStr:
    is_pooled = info.data.get("database_pooler") == "transaction"
    if is_pooled and info.field_name == "database_url":
        lost = ", ".join(sorted(options_of(url, known=_OPTIONS).keys() & _OF_A_SESSION))
        if lost:
            raise ValueError(f"cannot set {lost} through a pooler: ALTER ROLE can")
    return url


def _is_plain(url: SecretStr) -> bool:
    # Without a mode, an attacker on the network could prevent encryption.
    mode = options_of(url, known=_OPTIONS).get("sslmode", "prefer")
    return is_elsewhere(url) and mode in _PLAIN_SSL_MODES


DatabaseUrl = Annotated[
    SecretStr,
    AfterValidator(partial(check_url, like=_LIKE)),
    AfterValidator(_check_options),
    AfterValidator(_check_pooler),
    InProduction(unsafe_password),
    OverTls(_is_plain),
    Confidential(),
]
