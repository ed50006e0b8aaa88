"""`DATABASE_URL`: the MySQL or MariaDB server, database and account."""

from functools import partial
from typing import Annotated, Final

from pydantic import AfterValidator, SecretStr

from app.settings.backends import OverTls
from app.settings.rules import Confidential, InProduction
from app.settings.server_url import (
    check_files,
    check_url,
    is_elsewhere,
    options_of,
    unsafe_password,
)

_LIKE: Final = "mysql://user:password@host:3306/database"
# The service sets all other options of the driver.
_OPTIONS: Final = {"ssl_ca", "ssl_capath", "ssl_cert", "ssl_key", "unix_socket"}
_FILES: Final = ("ssl_ca", "ssl_cert", "ssl_key")


def _check_options(url: SecretStr) -> SecretStr:
    options = options_of(url, known=_OPTIONS)
    # The driver would encrypt without verifying the server.
    if options.keys() & {"ssl_cert", "ssl_key"} and not options.keys() & {"ssl_ca", "ssl_capath"}:
        raise ValueError("must name the CA to trust: ssl_ca or ssl_capath")
    check_files(options, _FILES)
    return url


def _is_plain(url: SecretStr) -> bool:
    options = options_of(url, known=_OPTIONS)
    return is_elsewhere(url) and not options.keys() & {"ssl_ca", "ssl_capath", "unix_socket"}


DatabaseUrl = Annotated[
    SecretStr,
    AfterValidator(partial(check_url, like=_LIKE)),
    AfterValidator(_check_options),
    InProduction(unsafe_password),
    OverTls(_is_plain),
    Confidential(),
]
