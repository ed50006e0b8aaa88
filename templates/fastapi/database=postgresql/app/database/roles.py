"""The owner of a PostgreSQL database and the role of the service, as SQL."""

from collections.abc import Iterable, Mapping
from typing import Final

import asyncpg  # type: ignore[import-untyped]

from app.database.driver import connect
from app.database.migrating import turn_to_migrate

MAX_NAME_BYTES: Final = {"database": 63, "owner": 63, "service": 63}
# What `run_as_owner` raises without the privilege.
REFUSED: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


def sql_for_roles(
    database: str, owner: str, service: str, rights: Mapping[str, str]
) -> Iterable[str]:
    """Yield statements, in one transaction, for an administrator connected to the database."""
    names = _name(database), _name(owner), _name(service)
    of_database, to_owner, to_service = names
    yield "BEGIN;"
    yield _block(
        f"BEGIN IF current_database() <> {_text(database)} THEN",
        f"  RAISE EXCEPTION 'connect to the database %', {_text(database)};",
        "END IF; END",
    )
    for role in (owner, service):
        yield _block(
            f"BEGIN CREATE ROLE {_name(role)} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END"
        )
    for role, given in ((owner, "roles.owner_password"), (service, "roles.service_password")):
        yield f"-- A role has no password until it is given one: SET {given} = '...', or \\password"
        yield _block(
            f"BEGIN IF current_setting('{given}', true) <> '' THEN",
            f"  EXECUTE format('ALTER ROLE %I PASSWORD %L', {_text(role)},",
            f"    current_setting('{given}'));",
            "END IF; END",
        )
    yield "-- For the administrator of a managed server, who is no superuser."
    yield f"GRANT {to_owner}, {to_service} TO CURRENT_USER;"
    yield f"ALTER DATABASE {of_database} OWNER TO {to_owner};"
    yield f"REASSIGN OWNED BY {to_service} TO {to_owner};"
    yield f"REVOKE CREATE, TEMPORARY ON DATABASE {of_database} FROM PUBLIC, {to_service};"
    yield f"GRANT CONNECT ON DATABASE {of_database} TO {to_service};"
    yield f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {to_service};"
    yield f"GRANT ALL ON SCHEMA public TO {to_owner};"
    yield f"GRANT USAGE ON SCHEMA public TO {to_service};"
    yield "-- For the tables of later migrations, should another program than `migrate` run them."
    for what in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE ON SEQUENCES"):
        by_default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {to_owner} IN SCHEMA public"
        yield f"{by_default} GRANT {what} TO {to_service};"
    yield from sql_for_tables(database, service, rights)
    yield f"REVOKE {to_owner}, {to_service} FROM CURRENT_USER;"
    yield "COMMIT;"


def sql_for_tables(_database: str, service: str, rights: Mapping[str, str]) -> Iterable[str]:
    """Yield the grants of the service on the existing tables, after revoking all others."""
    values = ",\n".join(f"      ({_text(table)}, {_text(may)})" for table, may in rights.items())
    yield _block(
        "DECLARE needed record; sequence regclass; BEGIN",
        "  FOR needed IN SELECT format('%I.%I', schemaname, tablename) AS name, may FROM (VALUES",
        values,
        "    ) AS rights (of_table, may) JOIN pg_tables ON tablename = of_table",
        "    WHERE schemaname = current_schema() LOOP",
        f"    EXECUTE format('REVOKE ALL ON %s FROM %I', needed.name, {_text(service)});",
        f"    EXECUTE format('GRANT %s ON %s TO %I', needed.may, needed.name, {_text(service)});",
        "    FOR sequence IN SELECT objid FROM pg_depend JOIN pg_class ON oid = objid",
        "      WHERE classid = 'pg_class'::regclass AND relkind = 'S'",
        "      AND refobjid = needed.name::regclass AND needed.may LIKE '%INSERT%' LOOP",
        f"      EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', sequence, {_text(service)});",
        "    END LOOP;",
        "  END LOOP;",
        "END",
    )


async def run_as_owner(url: str, statements: Iterable[str]) -> None:
    """Run statements in one transaction."""
    # Of two concurrent changes of the privileges on a table, the server fails one.
    async with turn_to_migrate(url):
        connection = await connect(url, keeps_statements=False)
        try:
            await connection.execute("\n".join(statements))
        finally:
            await connection.close()


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    # The E makes backslashes independent of the server's settings.
    prefix = "E" if "\\" in text else ""
    return f"{prefix}'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _block(*lines: str) -> str:
    """Return an anonymous block, with a dollar quote that does not occur in it."""
    body, quote = "\n".join(lines), "$$"
    while quote in body:
        quote = f"$q{quote[1:]}"
    return f"DO {quote}\n{body}\n{quote};"
