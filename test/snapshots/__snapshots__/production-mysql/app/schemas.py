"""Bases of what comes in and what goes out over HTTP."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

# The default of a field that a partial update may leave out: it is not set then, whereas null is a
# value like any other, and refused where the field's type has no null.
OMITTED: Final[Any] = Field(default_factory=lambda: None)


class Input(BaseModel):
    """A request body. A field that nobody declared is refused, never ignored (OWASP API3:2023)."""

    model_config = ConfigDict(extra="forbid")


class Patch(Input):
    """A partial update: its fields default to `OMITTED`, and what is omitted stays as it is."""


class Output(BaseModel):
    """A response body: the fields that it names, and no other attribute of what it is made from."""

    model_config = ConfigDict(from_attributes=True)
