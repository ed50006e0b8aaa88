"""What the role of the service may do with each table. It may do nothing else in the database."""

from typing import Final

from app.database.table_names import RECORD, table_names

APPEND_ONLY: Final = frozenset({"audit_events"})


def table_rights() -> dict[str, str]:
    """Return the rights on each table, including the record of migrations."""
    rights = dict.fromkeys(table_names(), "SELECT, INSERT, UPDATE, DELETE")
    return rights | dict.fromkeys(APPEND_ONLY, "SELECT, INSERT") | {RECORD: "SELECT"}
