"""`OIDC_AUDIENCE`: the accepted audiences of tokens; one match is enough."""

from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode


def _parse_audiences(value: object) -> object:
    if not isinstance(value, str):
        return value
    audiences = frozenset(item for part in value.split(",") if (item := part.strip()))
    if not audiences:
        raise ValueError("must be the identifier of this API at the provider")
    return audiences


Audiences = Annotated[frozenset[str], NoDecode, BeforeValidator(_parse_audiences)]
