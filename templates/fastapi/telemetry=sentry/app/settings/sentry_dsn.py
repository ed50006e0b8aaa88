"""How the address of Sentry is read, and what production refuses of it."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from app.settings.rules import Confidential, InProduction


def _whole(dsn: SecretStr) -> SecretStr:
    if dsn.get_secret_value() and not _is_dsn(dsn.get_secret_value()):
        raise ValueError("must be a DSN such as https://key@sentry.example.com/1")
    return dsn


def _is_dsn(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_server = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return False
    project = parts.path.rpartition("/")[2]
    return bool(is_server and parts.username and project.isascii() and project.isdigit())


def _in_clear(dsn: SecretStr) -> str | None:
    is_plain = dsn.get_secret_value().startswith("http:")
    return "must begin with https://" if is_plain else None


SentryDsn = Annotated[SecretStr, AfterValidator(_whole), InProduction(_in_clear), Confidential()]
