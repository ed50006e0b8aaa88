"""Keyset pages with opaque, signed cursors.

Newest first, by id: UUIDv7 ids sort by creation time, and pages do not shift when rows are added.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, BeforeValidator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from app.errors import Unprocessable, documented_as
from app.resources import ResourcesDep
from app.schemas import Output
from app.security.keys import Keys

MAX_ITEMS: Final = 100
MAX_CURSOR_LENGTH: Final = 64
_PURPOSE: Final = "cursor"
# Python also takes ` 1`, `+1`, `01`, `1_0` and `1.0` for integers.
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]*+")


def _check_integer(given: Any) -> Any:
    if isinstance(given, str) and not _INTEGER.fullmatch(given):
        raise PydanticCustomError("int_parsing", "Input should be a valid integer")
    return given


class Identified(Protocol):
    @property
    def id(self) -> UUID: ...


Item = TypeVar("Item", bound=BaseModel)


class Page(Output, Generic[Item]):
    """A page of a list. Each list has its own subclass, which names the type in clients."""

    items: Annotated[list[Item], documented_as(maxItems=MAX_ITEMS)]
    next_cursor: Annotated[str, documented_as(maxLength=MAX_CURSOR_LENGTH)] | None


@dataclass(frozen=True)
class PageRequest:
    """The requested page: at most `limit` rows, older than the row `after`.

    `path` is that of the list: a cursor is valid for its own list only.
    """

    keys: Keys
    path: str
    limit: int
    after: UUID | None

    def of(self, rows: Sequence[Identified]) -> dict[str, object]:
        """Build the page from up to `limit + 1` rows; an extra row means that there is a next."""
        items = rows[: self.limit]
        more = len(rows) > self.limit
        cursor = _sign(self.keys, self.path, items[-1].id) if more else None
        return {"items": items, "next_cursor": cursor}


async def _page_request(
    request: Request,
    resources: ResourcesDep,
    limit: Annotated[
        int,
        Query(
            ge=1,
            le=MAX_ITEMS,
            description="Maximum number of items to return.",
            json_schema_extra={"format": "int32"},
        ),
        BeforeValidator(_check_integer),
    ] = 20,
    cursor: Annotated[
        str | SkipJsonSchema[None],
        Query(max_length=MAX_CURSOR_LENGTH, description="The `next_cursor` of the previous page."),
    ] = None,
) -> PageRequest:
    path = request.scope["path"]
    after = None if cursor is None else _verify(resources.keys, path, cursor)
    return PageRequest(resources.keys, path, limit, after)


PageQuery = Annotated[PageRequest, Depends(_page_request)]


def _sign(keys: Keys, path: str, row_id: UUID) -> str:
    mac = keys.mac(_PURPOSE, row_id.bytes + path.encode())
    return base64.urlsafe_b64encode(row_id.bytes + mac).decode().rstrip("=")


def _verify(keys: Keys, path: str, cursor: str) -> UUID:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    row_id, mac = raw[:16], raw[16:]
    if len(row_id) != 16 or not keys.verify(_PURPOSE, row_id + path.encode(), mac):
        raise Unprocessable("cursor", "is not a cursor of this service")
    return UUID(bytes=row_id)
