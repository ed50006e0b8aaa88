"""Append-only tables, enforced by the database itself."""


def append_only(table: str) -> list[str]:
    """Return the statements that make a table refuse UPDATE and DELETE.

    INSERT OR REPLACE deletes a conflicting row without firing a DELETE trigger.
    """
    return [
        _refuse(table, "update", f"BEFORE UPDATE ON {table}"),
        _refuse(table, "delete", f"BEFORE DELETE ON {table}"),
        _refuse(
            table,
            "replace",
            f"BEFORE INSERT ON {table} "  # noqa: S608
            f"WHEN EXISTS (SELECT 1 FROM {table} AS kept WHERE kept.id = NEW.id)",
        ),
    ]


def drop_append_only(table: str) -> list[str]:
    """Return the statements that remove what `append_only` leaves after its table: none."""
    return []


def lift_ban(table: str) -> list[str]:
    """Return the statements that let the transaction delete; invisible to others."""
    return [f"DROP TRIGGER {table}_refuse_delete"]


def restore_ban(table: str) -> list[str]:
    """Return the statements that undo `lift_ban`."""
    return [_refuse(table, "delete", f"BEFORE DELETE ON {table}")]


def _refuse(table: str, name: str, event: str) -> str:
    return (
        f"CREATE TRIGGER {table}_refuse_{name} {event} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
