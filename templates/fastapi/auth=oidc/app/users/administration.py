"""What an administrator may change about an account."""

from typing import Annotated

from pydantic import Field, StrictBool

from app.schemas import OMITTED, Patch


class UserUpdate(Patch):
    """A role is not among it: the identity provider gives it, with each token."""

    is_active: Annotated[StrictBool, Field(examples=[True])] = OMITTED
