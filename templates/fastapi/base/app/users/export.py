"""Accounts as CSV, streamed in batches."""

import asyncio
import csv
import io
import re
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from fastapi.responses import StreamingResponse
from starlette.types import Send
from structlog.typing import FilteringBoundLogger

from app.audit.refusals import record_refusal
from app.auth.permissions import Permission
from app.auth.principal import Principal
from app.auth.recheck import recheck
from app.errors import CredentialRefused, Forbidden, TooManyRequests
from app.resources import Resources
from app.users.model import User
from app.users.repository import UserRepository

log: FilteringBoundLogger = structlog.get_logger()

AT_ONCE: Final = 2
SECONDS: Final = 300
_BATCH: Final = 500
_COLUMNS: Final = ("id", "email", "full_name", "role", "is_active", "email_verified", "created_at")
# Some spreadsheets treat their full-width forms alike.
_FORMULA_STARTS: Final = "=+@\uff1d\uff0b\uff0d\uff20-"
# Characters that a spreadsheet may take for the end of a cell, and those that it ignores at the
# start of the next one.
_SEPARATORS: Final = ",;|\t\r\n\v\f\x85\u2028\u2029\uff0c\uff1b\uff5c"
_BETWEEN: Final = rf"[\s\"{_SEPARATORS}]"
# Matched once from the first of a run, not again from each of them.
_FORMULA: Final = re.compile(rf"(?<!{_BETWEEN})({_BETWEEN}*+)([{_FORMULA_STARTS}])")
_slots: Final = threading.BoundedSemaphore(AT_ONCE)
# OpenAPI description of the response.
CSV_ANSWER: Final[dict[str, Any]] = {
    "content": {"text/csv": {"schema": {"type": "string"}}},
    "headers": {
        "Content-Disposition": {
            "description": "Name of the file (RFC 6266).",
            "schema": {"type": "string", "maxLength": 100},
        }
    },
}


@asynccontextmanager
async def open_users_csv(
    resources: Resources, principal: Principal
) -> AsyncIterator[AsyncIterator[str]]:
    """Open `users_csv`, with its first chunk read.

    Raises `TooManyRequests` if `AT_ONCE` exports are running in this process, or one of
    `UNAVAILABLE`, before the response begins.
    """
    if not _slots.acquire(blocking=False):
        raise TooManyRequests(headers={"Retry-After": "30"})
    try:
        async with aclosing(users_csv(resources, principal)) as chunks:
            yield _from_first(await anext(chunks), chunks)
    finally:
        _slots.release()


async def users_csv(resources: Resources, principal: Principal) -> AsyncGenerator[str, None]:
    """Yield the CSV (RFC 4180) in chunks, so that memory does not grow with the table.

    Each chunk is read in its own transaction, and no connection is held while the client reads it.
    So only the rows of a chunk are consistent: an account that exists throughout is in the file
    once; one that is created, changed or deleted meanwhile may appear in its old or new state.
    Raises `CredentialRefused` or `Forbidden` when the caller loses the permission meanwhile.
    """
    head = [_COLUMNS]
    after: UUID | None = None
    while True:
        users = await _batch(resources, principal, after)
        yield _write([*head, *map(_row, users)])
        if len(users) < _BATCH:
            return
        head, after = [], users[-1].id


async def _batch(resources: Resources, principal: Principal, after: UUID | None) -> list[User]:
    try:
        async with resources.database.transaction() as transaction:
            # A slow reader may have been demoted, disabled or signed out since the last chunk.
            await recheck(transaction, principal, Permission.USERS_EXPORT)
            return await UserRepository(transaction).batch(_BATCH, after)
    except (CredentialRefused, Forbidden):
        user_id = principal.user.id
        await record_refusal(
            resources,
            "access.denied",
            caller=str(user_id),
            actor_id=user_id,
            permission=Permission.USERS_EXPORT,
        )
        raise


class UsersCsvResponse(StreamingResponse):
    """The response; the connection closes after `SECONDS`, or when the permission is lost."""

    media_type = "text/csv"

    async def stream_response(self, send: Send) -> None:
        deadline = asyncio.timeout(SECONDS)
        try:
            async with deadline:
                await super().stream_response(send)
        # Without the last chunk, the client notices that the file is incomplete.
        except (CredentialRefused, Forbidden) as refusal:
            log.warning("export.cut", reason=refusal.detail)
        except TimeoutError:
            if not deadline.expired():
                raise
            log.warning("export.cut", reason=f"took longer than {SECONDS} s")


async def _from_first(first: str, rest: AsyncIterator[str]) -> AsyncIterator[str]:
    yield first
    async for chunk in rest:
        yield chunk


def _write(rows: list[tuple[str, ...]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    return buffer.getvalue()


def _row(user: User) -> tuple[str, ...]:
    return tuple(_cell(getattr(user, column)) for column in _COLUMNS)


def _cell(value: object) -> str:
    text = _FORMULA.sub(_as_text, _text(value))
    return f"'{text}" if text.startswith(("\t", "\r", "\n")) else text


def _as_text(formula: re.Match[str]) -> str:
    """Prefix formulas with a quote, so that a spreadsheet does not run them (CWE-1236).

    Not only at the start: a spreadsheet with another separator than the comma starts a cell after
    each of those characters.
    """
    between, start = formula.groups()
    if formula.start() == 0:
        return f"'{between}{start}"
    begins_cell = any(character in _SEPARATORS for character in between)
    return f"{between}'{start}" if begins_cell else formula[0]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)
