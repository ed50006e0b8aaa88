"""`roles`: prints the SQL that creates the owner of the database and the role of the service."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from app.commands import Commands, add_command
from app.database.migrating import migration_url
from app.database.reasons import reason_of
from app.database.rights import table_rights
from app.database.roles import (
    MAX_NAME_BYTES,
    REFUSED,
    run_as_owner,
    sql_for_roles,
    sql_for_tables,
)
from app.settings import Settings
from app.settings.database_url import DatabaseUrl
from app.settings.environment import Environment


class _Urls(Environment):
    """Only the URLs: when roles are created, other settings may be missing."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    database_url: DatabaseUrl | None = None
    migration_database_url: DatabaseUrl | None = None


def add_to(commands: Commands) -> None:
    parser = add_command(
        commands,
        "roles",
        "Print SQL for an administrator of the database server: it makes the owner of the tables "
        "and the role of the service, and may be run again at any time.",
        run,
    )
    parser.add_argument("--database", help="default: the database of DATABASE_URL")
    parser.add_argument(
        "--owner", help="default: the user of MIGRATION_DATABASE_URL, or <service>_owner"
    )
    parser.add_argument("--service", help="default: the user of DATABASE_URL")


def run(arguments: argparse.Namespace) -> int:
    urls = _Urls()
    database = arguments.database or _database_of(urls.database_url)
    service = arguments.service or _user_of(urls.database_url)
    owner = arguments.owner or _user_of(urls.migration_database_url)
    if owner in {"", service} and not arguments.owner:
        owner = f"{service}_owner"
    if faults := list(_faults(database=database, owner=owner, service=service)):
        print("No SQL was printed:", *faults, sep="\n  ", file=sys.stderr)
        return 2
    print(*sql_for_roles(database, owner, service, table_rights()), sep="\n")
    return 0


def grant_rights(settings: Settings) -> bool:
    """Grant the role of the service its privileges on migrated tables; returns whether it worked.

    Does nothing if the service itself is the owner, as on a developer's machine.
    """
    owner_url = migration_url(settings)
    service = _user_of(settings.database_url)
    if service in {"", _user_of(SecretStr(owner_url))}:
        return True
    statements = sql_for_tables(_database_of(SecretStr(owner_url)), service, table_rights())
    try:
        asyncio.run(run_as_owner(owner_url, statements))
    except REFUSED as error:
        print(f"Granting privileges to {service} failed: {reason_of(error)}", file=sys.stderr)
        print("Run what `python -m app roles` prints, then migrate again.", file=sys.stderr)
        return False
    return True


def _faults(**names: str) -> Iterator[str]:
    for what, name in names.items():
        if not name:
            yield f"--{what} is missing, and no URL names one"
        # A name that is too long would be truncated silently, or refused halfway.
        elif not name.isprintable() or len(name.encode()) > MAX_NAME_BYTES[what]:
            yield f"--{what} must be printable and at most {MAX_NAME_BYTES[what]} bytes long"
    if names["owner"] == names["service"]:
        yield "--owner and --service must differ"


def _user_of(url: SecretStr | None) -> str:
    return unquote(urlsplit(url.get_secret_value()).username or "") if url else ""


def _database_of(url: SecretStr | None) -> str:
    return unquote(urlsplit(url.get_secret_value()).path.strip("/")) if url else ""
