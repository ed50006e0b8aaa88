"""What an administrator may change about an account."""

from typing import Annotated

from pydantic import Field, StrictBool

from app.auth.permissions import Role
from app.schemas import OMITTED, Patch


class UserUpdate(Patch):
    role: Annotated[Role, Field(examples=["moderator"])] = OMITTED
    is_active: Annotated[StrictBool, Field(examples=[True])] = OMITTED
