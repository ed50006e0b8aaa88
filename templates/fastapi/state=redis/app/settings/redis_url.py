"""`REDIS_URL`: the Redis server."""

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from app.settings.backends import OverTls, has_well_known_password
from app.settings.loopback import is_loopback
from app.settings.rules import Confidential, InProduction

_DATABASE: Final = re.compile(r"(/\d*)?")


def _check_url(url: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(url.get_secret_value())
        # A query could set options of the client, such as skipping certificate verification.
        usable = (
            parts.scheme in {"redis", "rediss"}
            and bool(parts.hostname)
            and parts.port != 0
            and not (parts.query or parts.fragment)
            and _DATABASE.fullmatch(parts.path) is not None
        )
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must look like rediss://user:password@redis.example.com:6379/0")
    return url


def _unsafe_password(url: SecretStr) -> str | None:
    well_known = has_well_known_password(urlsplit(url.get_secret_value()))
    return "has a well-known password" if well_known else None


def _is_plain(url: SecretStr) -> bool:
    parts = urlsplit(url.get_secret_value())
    return parts.scheme == "redis" and not is_loopback(parts.hostname or "")


RedisUrl = Annotated[
    SecretStr,
    AfterValidator(_check_url),
    InProduction(_unsafe_password),
    OverTls(_is_plain),
    Confidential(),
]
