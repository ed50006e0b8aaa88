"""Identifiers: UUIDv7 (RFC 9562), so that rows sort by creation time."""

from datetime import datetime
from typing import Final
from uuid import UUID

from uuid_utils import compat

_VERSION_AND_VARIANT: Final = 0x7 << 76 | 0b10 << 62


def new_id() -> UUID:
    """Generate an id; the ids of a process are strictly increasing."""
    return compat.uuid7()


def first_id_at(moment: datetime) -> UUID:
    """Return the smallest id of a point in time: every earlier id is smaller."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | _VERSION_AND_VARIANT)
