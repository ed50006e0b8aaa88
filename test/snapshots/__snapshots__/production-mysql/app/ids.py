"""Identifiers: UUIDv7 (RFC 9562), so that rows sort by the time they were made."""

from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """Make an id; ids made by one process never go backwards."""
    return compat.uuid7()
