"""The owner of a MySQL database and the account of the service, as SQL."""

from collections.abc import Iterable, Mapping
from typing import Final

from asyncmy.errors import MySQLError

from app.database.driver import connect, options_in

# The limit of MySQL; MariaDB allows longer account names.
MAX_NAME_BYTES: Final = {"database": 64, "owner": 32, "service": 32}
# What `run_as_owner` raises without the privilege.
REFUSED: Final = (MySQLError, OSError)


def sql_for_roles(
    database: str, owner: str, service: str, rights: Mapping[str, str]
) -> Iterable[str]:
    """Yield statements for an administrator, one per line."""
    yield "SET NAMES utf8mb4;"
    # NO_BACKSLASH_ESCAPES or ANSI_QUOTES would break the quoting below.
    yield "SET SESSION sql_mode = 'TRADITIONAL';"
    yield f"CREATE DATABASE IF NOT EXISTS {_name(database)};"
    for account, given in ((owner, "@owner_password"), (service, "@service_password")):
        yield f"CREATE USER IF NOT EXISTS {_account(account)} ACCOUNT LOCK;"
        yield f"-- An account is locked until it is given a password: SET {given} = '...';"
        identify = _text(f"ALTER USER {_account(account)} IDENTIFIED BY ")
        unlock = f"CONCAT({identify}, QUOTE({given}), ' ACCOUNT UNLOCK')"
        yield from _run_if(f"{given} <> ''", unlock)
    # A grant on a database takes a pattern.
    pattern = database.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
    everything = f"GRANT ALL PRIVILEGES ON {_name(pattern)}.*"
    yield f"{everything} TO {_account(owner)} WITH GRANT OPTION;"
    # Privileges add up: those on the database would include the audit trail.
    of_service = f"user = {_text(service)} AND host = '%'"
    yield from _run_if(
        f"EXISTS (SELECT * FROM mysql.db WHERE {of_service})",  # noqa: S608
        _text(f"REVOKE ALL PRIVILEGES, GRANT OPTION FROM {_account(service)}"),
    )
    for table, may in rights.items():
        exactly = may.title().replace(", ", ",")
        yield from _run_if(
            f"EXISTS (SELECT * FROM mysql.tables_priv WHERE {of_service} AND db = {_text(database)}"  # noqa: S608
            f" AND table_name = {_text(table)} AND table_priv <> {_text(exactly)})",
            _text(f"REVOKE ALL ON {_name(database)}.{_name(table)} FROM {_account(service)}"),
        )
    yield from sql_for_tables(database, service, rights)


def sql_for_tables(database: str, service: str, rights: Mapping[str, str]) -> Iterable[str]:
    """Yield the grants of the service on the existing tables."""
    for table, may in rights.items():
        grant = f"GRANT {may} ON {_name(database)}.{_name(table)} TO {_account(service)}"
        yield from _run_if(
            "EXISTS (SELECT * FROM information_schema.tables "  # noqa: S608
            f"WHERE table_schema = {_text(database)} AND table_name = {_text(table)})",
            _text(grant),
        )


async def run_as_owner(url: str, statements: Iterable[str]) -> None:
    """Run statements, each committed by itself."""
    connection = await connect(**options_in(url))
    try:
        for statement in statements:
            await connection.query(statement)
    finally:
        connection.close()


def _run_if(condition: str, statement: str) -> Iterable[str]:
    """Run the statement of an expression if a condition holds."""
    yield f"SET @statement = IF({condition}, {statement}, 'DO 0');"
    yield "PREPARE statement FROM @statement;"
    yield "EXECUTE statement;"


def _account(name: str) -> str:
    return f"{_text(name)}@'%'"


def _name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
