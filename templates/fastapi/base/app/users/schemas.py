"""Shapes of accounts over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.auth.permissions import Role
from app.pagination import Page
from app.schemas import OMITTED, Output, Patch, limits_of
from app.text import OneLine
from app.users.email import Email

FullName = Annotated[str, Field(min_length=1, max_length=200, examples=["Ada Lovelace"]), OneLine]


class UserOut(Output):
    id: UUID
    email: Annotated[str, limits_of(Email)]
    full_name: Annotated[str, limits_of(FullName)]
    role: Role
    is_active: bool
    email_verified: bool
    created_at: datetime


class UserPage(Page[UserOut]):
    """A page of accounts."""


class ProfileUpdate(Patch):
    """What users may change of their own account, which excludes the role."""

    full_name: FullName = OMITTED
