"""A table that only grows: the database itself refuses all else."""


def append_only(table: str) -> list[str]:
    """Return the statements that make a table refuse UPDATE and DELETE.

    INSERT OR REPLACE deletes the row that is in its way without a DELETE trigger.
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
    """Return the statements that remove what `append_only` leaves behind its table: none."""
    return []


def lift_ban(table: str) -> list[str]:
    """Return the statements that let the transaction delete; nobody else sees them."""
    return [f"DROP TRIGGER {table}_refuse_delete"]


def restore_ban(table: str) -> list[str]:
    """Return the statements that end what `lift_ban` began."""
    return [_refuse(table, "delete", f"BEFORE DELETE ON {table}")]


def _refuse(table: str, name: str, event: str) -> str:
    return (
        f"CREATE TRIGGER {table}_refuse_{name} {event} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
