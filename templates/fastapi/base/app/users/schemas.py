"""Shapes of accounts over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from app.auth.permissions import Role
from app.schemas import OMITTED, Output, Patch
from app.text import OneLine

FullName = Annotated[str, StringConstraints(min_length=1, max_length=200), OneLine]


class UserOut(Output):
    id: UUID
    email: str
    full_name: str
    role: Role
    is_active: bool
    email_verified: bool
    created_at: datetime


class ProfileUpdate(Patch):
    """What an account may change of itself. Its role is not among it."""

    full_name: FullName = OMITTED
