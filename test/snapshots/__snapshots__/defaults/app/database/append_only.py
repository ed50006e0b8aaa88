"""A table that only grows: the database itself refuses all else."""


def append_only(table: str) -> list[str]:
    """Return the statements that make a table refuse UPDATE and DELETE.

    INSERT OR REPLACE deletes the row that is in its way without a DELETE trigger.
    """
    events = {
        "update": "BEFORE UPDATE ON {table}",
        "delete": "BEFORE DELETE ON {table}",
        "replace": "BEFORE INSERT ON {table} "
        "WHEN EXISTS (SELECT 1 FROM {table} AS kept WHERE kept.id = NEW.id)",
    }
    return [
        f"CREATE TRIGGER {table}_refuse_{name} {event.format(table=table)} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for name, event in events.items()
    ]


def drop_append_only(table: str) -> list[str]:
    """Return the statements that remove what `append_only` leaves behind its table: none."""
    return []
