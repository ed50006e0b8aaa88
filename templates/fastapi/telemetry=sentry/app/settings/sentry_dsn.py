"""How the address of Sentry is read, and what production refuses of it."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from app.settings.rules import Confidential, InProduction


def _whole(dsn: SecretStr) -> SecretStr:
    parts = urlsplit(dsn.get_secret_value())
    is_whole = parts.scheme in {"http", "https"} and parts.username and parts.hostname
    project = parts.path.rpartition("/")[2]
    if dsn.get_secret_value() and not (is_whole and project.isdigit()):
        raise ValueError("must be a DSN such as https://key@sentry.example.com/1")
    return dsn


def _in_clear(dsn: SecretStr) -> str | None:
    is_plain = dsn.get_secret_value().startswith("http:")
    return "must begin with https://" if is_plain else None


SentryDsn = Annotated[SecretStr, AfterValidator(_whole), InProduction(_in_clear), Confidential()]
