"""Rules in the type of a setting, in addition to parsing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, get_args

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class InProduction:
    """A rule for `ENVIRONMENT=production`: `fault` returns what is wrong, or None.

    A fault never contains the value: it may be a secret.
    """

    fault: Callable[[Any], str | None]

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def check(value: object, info: ValidationInfo) -> object:
            if info.data.get("environment") == "production" and (fault := self.fault(value)):
                raise ValueError(fault)
            return value

        return core_schema.with_info_after_validator_function(check, handler(source))


@dataclass(frozen=True)
class Words:
    """One of the words of a `Literal`, read without regard to case."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        words = {word.lower(): word for word in get_args(source)}

        def read(value: object) -> object:
            return words.get(value.strip().lower(), value) if isinstance(value, str) else value

        return core_schema.no_info_before_validator_function(read, handler(source))


class Discouraged:
    """Values that production is warned of."""

    def __init__(self, *values: str) -> None:
        self.values = values


@dataclass(frozen=True)
class Required:
    """Required in production, even if there is a default elsewhere."""


@dataclass(frozen=True)
class Confidential:
    """May come from a file named by `<NAME>_FILE`, the way container platforms mount secrets."""


AnyCase: Final = Words()
RequiredInProduction: Final = Required()
OffInProduction: Final = InProduction(lambda on: "must be off in production" if on else None)
