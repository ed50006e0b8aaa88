"""Accounts as CSV, row by row."""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from typing import Final

from app.database.engine import Database
from app.users.repository import UserRepository

_COLUMNS: Final = ("id", "email", "full_name", "role", "is_active", "email_verified", "created_at")
# The last four are the full-width forms, which spreadsheets of some languages read alike.
_FORMULA_STARTS: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_CHUNK_CHARACTERS: Final = 16_384


@asynccontextmanager
async def open_users_csv(database: Database) -> AsyncIterator[AsyncIterator[str]]:
    """Open `users_csv` with its first chunk read; what it holds is given back at the end.

    Raises one of `UNAVAILABLE` while the answer has not begun and can still be a 503.
    """
    async with aclosing(users_csv(database)) as chunks:
        yield _from_first(await anext(chunks), chunks)


async def users_csv(database: Database) -> AsyncGenerator[str, None]:
    """Yield the CSV (RFC 4180) in chunks, so that memory does not grow with the table."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    async with database.snapshot() as snapshot:
        async for user in UserRepository(snapshot).stream():
            writer.writerow([_cell(getattr(user, column)) for column in _COLUMNS])
            if buffer.tell() >= _CHUNK_CHARACTERS:
                yield _drain(buffer)
    yield _drain(buffer)


async def _from_first(first: str, rest: AsyncIterator[str]) -> AsyncIterator[str]:
    yield first
    async for chunk in rest:
        yield chunk


def _cell(value: object) -> str:
    text = _text(value)
    # A spreadsheet runs a cell that begins like a formula (CWE-1236); the quote makes it text.
    formula = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    return f"'{text}" if formula else text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def _drain(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
