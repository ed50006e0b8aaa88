"""Rules for URLs of backends: TLS and passwords."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, unquote

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

# Default passwords of products, and those of guides and examples.
_WELL_KNOWN_PASSWORDS: Final = {
    "admin",
    "administrator",
    "app",
    "changeit",
    "changeme",
    "changethis",
    "database",
    "default",
    "docker",
    "example",
    "foobared",
    "guest",
    "letmein",
    "mariadb",
    "mongo",
    "mysql",
    "oracle",
    "pass",
    "passw0rd",
    "password",
    "postgres",
    "postgresql",
    "redis",
    "root",
    "sa",
    "secret",
    "test",
    "toor",
    "user",
    "valkey",
}


@dataclass(frozen=True)
class OverTls:
    """Production requires TLS to other machines, unless the settings say that the network encrypts.

    `is_plain` returns whether connections could cross a network unencrypted.
    """

    is_plain: Callable[[Any], bool]

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def check(value: object, info: ValidationInfo) -> object:
            in_production = info.data.get("environment") == "production"
            allowed = info.data.get("allow_plaintext_backends") is True
            if in_production and not allowed and self.is_plain(value):
                raise ValueError(
                    "is on another machine and allows connections without TLS; "
                    "set ALLOW_PLAINTEXT_BACKENDS=true if the network, or a sidecar, encrypts it"
                )
            return value

        return core_schema.with_info_after_validator_function(check, handler(source))


def has_well_known_password(parts: SplitResult) -> bool:
    """Return whether the password of a URL is well known."""
    password = unquote(parts.password or "")
    plain = password.lower().rstrip("0123456789!")
    return bool(password) and (
        plain in _WELL_KNOWN_PASSWORDS | {""} or password == unquote(parts.username or "")
    )
