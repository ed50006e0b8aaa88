"""The privileges of the service's role on each table. It has no others in the database."""

from typing import Final

from app.database.table_names import RECORD, table_names

APPEND_ONLY: Final = frozenset({"audit_events"})


def table_rights() -> dict[str, str]:
    """Return the privileges on each table, including the migration history."""
    rights = dict.fromkeys(table_names(), "SELECT, INSERT, UPDATE, DELETE")
    return rights | dict.fromkeys(APPEND_ONLY, "SELECT, INSERT") | {RECORD: "SELECT"}
