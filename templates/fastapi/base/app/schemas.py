"""Bases of what comes in and what goes out over HTTP."""

from itertools import islice
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema, model_validator

from app.errors import MAX_ERRORS

# The default of a field that a partial update may leave out: it is not set then, whereas null is a
# value like any other, and refused where the field's type has no null.
OMITTED: Final[Any] = Field(default_factory=lambda: None)


def limits_of(kind: Any) -> WithJsonSchema:
    """Tell of an answer's field what holds for the input that it was.

    Nothing is checked again: an answer must not fail because a limit was lowered since.
    """
    return WithJsonSchema(TypeAdapter(kind).json_schema())


def as_sent(schema: dict[str, Any]) -> None:
    """Describe a body as its sender sees it.

    Generated clients take a field with a default for required, and leave one that is `writeOnly`
    out of the type of the body.
    """
    for field in schema.get("properties", {}).values():
        field.pop("default", None)
        field.pop("writeOnly", None)


class Input(BaseModel):
    """A request body. A field that nobody declared is refused, never ignored (OWASP API3:2023)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=as_sent)

    @model_validator(mode="before")
    @classmethod
    def _bound_unknown(cls, given: Any) -> Any:
        """Keep as many unknown fields as are listed: each costs more to refuse than to send."""
        if not isinstance(given, dict) or len(given) <= len(cls.model_fields) + MAX_ERRORS:
            return given
        known = {field.alias or name for name, field in cls.model_fields.items()}
        unknown = islice((name for name in given if name not in known), MAX_ERRORS)
        return {name: given[name] for name in (*known.intersection(given), *unknown)}


class Patch(Input):
    """A partial update: its fields default to `OMITTED`, and what is omitted stays as it is."""


class Output(BaseModel):
    """A response body: the fields that it names, and no other attribute of what it is made from."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_serialization_defaults_required=True
    )
