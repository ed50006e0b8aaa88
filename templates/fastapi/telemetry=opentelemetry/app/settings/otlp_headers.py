"""`OTEL_EXPORTER_OTLP_HEADERS`: what lets the service in at the collector."""

import re
from typing import Annotated, Final
from urllib.parse import unquote

from pydantic import AfterValidator, SecretStr

from app.settings.rules import Confidential

_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,100}")
_VALUE: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?")


def headers_of(headers: SecretStr) -> dict[str, str]:
    """Read `name=value,name=value`, with values in percent-encoding."""
    pairs = [pair.partition("=") for pair in headers.get_secret_value().split(",") if pair.strip()]
    return {name.strip().lower(): unquote(value.strip()) for name, _, value in pairs}


def _check(headers: SecretStr) -> SecretStr:
    for name, value in headers_of(headers).items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise ValueError("must look like name=value,name=value, in percent-encoding")
    return headers


OtlpHeaders = Annotated[SecretStr, AfterValidator(_check), Confidential()]
