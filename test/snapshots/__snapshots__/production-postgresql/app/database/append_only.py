"""A table that only grows: the database itself refuses all else."""


def append_only(table: str) -> list[str]:
    """Return the statements that make a table refuse UPDATE, DELETE and TRUNCATE."""
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def drop_append_only(table: str) -> list[str]:
    """Return the statements that remove what is left of `append_only` after its table."""
    return [f"DROP FUNCTION {table}_refuse()"]
