"""Shapes of API keys over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from app.auth.permissions import Permission
from app.schemas import Input, Output
from app.text import OneLine

KeyName = Annotated[str, StringConstraints(min_length=1, max_length=100), OneLine]


class ApiKeyOut(Output):
    """A key as it is listed. Who lost its secret needs a new key."""

    id: UUID
    user_id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class IssuedApiKeyOut(ApiKeyOut):
    """The only answer that holds the key itself."""

    key: str


class ApiKeyCreate(Input):
    """`user_id` gives the key to another account; that needs `users:write`."""

    name: KeyName
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=100)]
    expires_at: AwareDatetime | None = None
    user_id: UUID | None = None
