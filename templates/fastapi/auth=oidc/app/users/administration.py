"""What an administrator may change about an account."""

from typing import Annotated

from pydantic import Field, StrictBool

from app.schemas import OMITTED, Patch


class UserUpdate(Patch):
    """Not the role, which comes from the identity provider with each token."""

    is_active: Annotated[StrictBool, Field(examples=[True])] = OMITTED
