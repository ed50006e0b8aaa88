"""Shapes of API keys over HTTP."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.auth.permissions import Permission
from app.errors import documented_as
from app.pagination import Page
from app.schemas import Input, Output, limits_of
from app.text import OneLine

MAX_SCOPES: Final = 100
# The date and time of RFC 3339, 5.6. A number would be read as seconds or as milliseconds.
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


def _check_moment(given: Any) -> Any:
    if not isinstance(given, str) or not _MOMENT.fullmatch(given):
        raise PydanticCustomError("datetime", "Input should be a valid datetime")
    return given


def _to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("datetime", "Input should be a valid datetime") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_check_moment), AfterValidator(_to_utc)]
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
    expires_at: Moment | None = None
    user_id: UUID | None = None
