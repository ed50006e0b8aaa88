"""Base models of requests and responses."""

from itertools import islice
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema, model_validator

from app.errors import MAX_ERRORS

# The default of a field that a partial update may omit: it is then not set, whereas null is a value
# like any other, and refused if the field's type does not allow it.
OMITTED: Final[Any] = Field(default_factory=lambda: None)


def limits_of(kind: Any) -> WithJsonSchema:
    """Constraints of an input type, documented for the response.

    They are not validated: a response must not fail because a limit was lowered since.
    """
    return WithJsonSchema(TypeAdapter(kind).json_schema())


def as_sent(schema: dict[str, Any]) -> None:
    """Adapt the schema of a body to generated clients.

    They treat a field with a default as required, and omit `writeOnly` fields from the type of the
    body.
    """
    for field in schema.get("properties", {}).values():
        field.pop("default", None)
        field.pop("writeOnly", None)


class Input(BaseModel):
    """A request body. Unknown fields are refused, never ignored (OWASP API3:2023)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=as_sent)

    @model_validator(mode="before")
    @classmethod
    def _bound_unknown(cls, given: Any) -> Any:
        """Keep only as many unknown fields as are reported: each is costly to refuse."""
        if not isinstance(given, dict) or len(given) <= len(cls.model_fields) + MAX_ERRORS:
            return given
        known = {field.alias or name for name, field in cls.model_fields.items()}
        unknown = islice((name for name in given if name not in known), MAX_ERRORS)
        return {name: given[name] for name in (*known.intersection(given), *unknown)}


class Patch(Input):
    """A partial update: fields default to `OMITTED`, and omitted ones are not changed."""


class Output(BaseModel):
    """A response body: only the declared fields, and no other attribute of the source."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_serialization_defaults_required=True
    )
