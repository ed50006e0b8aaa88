"""Shapes of API keys over HTTP."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.auth.permissions import Permission
from app.errors import documented_as
from app.pagination import Page
from app.schemas import Input, Output, limits_of
from app.text import OneLine

MAX_SCOPES: Final = 100
KeyName = Annotated[str, Field(min_length=1, max_length=100, examples=["Nightly import"]), OneLine]


class ApiKeyOut(Output):
    """A key in a list. A lost secret cannot be retrieved: create a new key."""

    id: UUID
    user_id: UUID
    name: Annotated[str, limits_of(KeyName)]
    scopes: Annotated[
        list[Annotated[str, documented_as(maxLength=64)]], documented_as(maxItems=MAX_SCOPES)
    ]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class IssuedApiKeyOut(ApiKeyOut):
    """The only response that contains the key itself."""

    key: Annotated[str, documented_as(maxLength=128)]


class ApiKeyPage(Page[ApiKeyOut]):
    """A page of keys."""


class ApiKeyCreate(Input):
    """`user_id` gives the key to another account; that needs `users:write`."""

    name: KeyName
    scopes: Annotated[
        list[Permission], Field(min_length=1, max_length=MAX_SCOPES, examples=[["account:write"]])
    ]
    expires_at: AwareDatetime | None = None
    user_id: UUID | None = None
