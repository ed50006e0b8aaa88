"""Append-only tables, enforced by the database itself."""


def append_only(table: str) -> list[str]:
    """Return the statements that make a table refuse UPDATE, DELETE and TRUNCATE.

    DELETE is allowed where the owner of the table has requested it: see `lift_ban`.
    """
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
        "IF TG_OP = 'DELETE' AND current_setting('append_only.is_lifted', true) = 'yes' "
        "AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') "
        f"THEN RETURN NULL; END IF; RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def drop_append_only(table: str) -> list[str]:
    """Return the statements that remove what `append_only` leaves after its table."""
    return [f"DROP FUNCTION {table}_refuse()"]


def lift_ban(_table: str) -> list[str]:
    """Return the statements that let the owner delete, until the transaction ends."""
    return ["SET LOCAL append_only.is_lifted = 'yes'"]


def restore_ban(_table: str) -> list[str]:
    """Return the statements that undo `lift_ban`."""
    return ["SET LOCAL append_only.is_lifted = 'no'"]
