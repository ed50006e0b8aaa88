"""`DATABASE_URL`: where MySQL or MariaDB is, and as whom to sign in."""

from functools import partial
from typing import Annotated, Final

from pydantic import AfterValidator, SecretStr

from app.settings.rules import Confidential, InProduction
from app.settings.server_url import check_url, unsafe_password

_LIKE: Final = "mysql://user:password@host:3306/database"

DatabaseUrl = Annotated[
    SecretStr,
    AfterValidator(partial(check_url, like=_LIKE)),
    InProduction(partial(unsafe_password, customary={"mysql", "mariadb"})),
    Confidential(),
]
