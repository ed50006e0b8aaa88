"""A table that only grows: the database itself refuses all else."""


def append_only(table: str) -> list[str]:
    """Return the statements that make a table refuse UPDATE and DELETE.

    REPLACE deletes the row that is in its way, and ON DUPLICATE KEY updates it. TRUNCATE asks no
    trigger: the role of the service has no right to it.
    """
    return [
        f"CREATE TRIGGER {table}_refuse_{event.lower()} BEFORE {event} ON {table} FOR EACH ROW "
        f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{table} is append-only'"
        for event in ("UPDATE", "DELETE")
    ]


def drop_append_only(table: str) -> list[str]:
    """Return the statements that remove what `append_only` leaves behind its table: none."""
    return []
