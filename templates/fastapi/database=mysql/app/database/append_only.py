"""Append-only tables, enforced by the database itself."""


def append_only(table: str) -> list[str]:
    """Return the statements that make a table refuse UPDATE and DELETE.

    DELETE is allowed where the owner of the table has requested it: see `lift_ban`. REPLACE deletes
    a conflicting row, and ON DUPLICATE KEY updates it. TRUNCATE fires no trigger: the role of the
    service lacks the privilege.
    """
    refuse = f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{table} is append-only'"
    # In a trigger, CURRENT_USER is its definer, and USER the connected account.
    is_lifted = (
        "@append_only_is_lifted AND "
        "SUBSTRING_INDEX(USER(), '@', 1) = SUBSTRING_INDEX(CURRENT_USER(), '@', 1)"
    )
    return [
        f"CREATE TRIGGER {table}_refuse_update BEFORE UPDATE ON {table} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {table}_refuse_delete BEFORE DELETE ON {table} FOR EACH ROW "
        f"BEGIN IF NOT COALESCE({is_lifted}, FALSE) THEN {refuse}; END IF; END",
    ]


def drop_append_only(table: str) -> list[str]:
    """Return the statements that remove what `append_only` leaves after its table: none."""
    return []


def lift_ban(_table: str) -> list[str]:
    """Return the statements that let the owner delete on this connection."""
    return ["SET @append_only_is_lifted = TRUE"]


def restore_ban(_table: str) -> list[str]:
    """Return the statements that undo `lift_ban`."""
    return ["SET @append_only_is_lifted = FALSE"]
