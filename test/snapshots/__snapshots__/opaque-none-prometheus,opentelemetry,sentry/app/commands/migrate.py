"""`migrate`: upgrades the database to the newest schema."""

import argparse
import sys
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config

from app.commands import Commands, add_command
from app.database.migration_failure import describe_migration_failure
from app.logging import configure_logging
from app.settings import load_settings

_ROOT: Final = Path(__file__).parents[2]


def add_to(commands: Commands) -> None:
    add_command(commands, "migrate", "Apply all migrations to the database.", run)


def run(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    try:
        command.upgrade(Config(_ROOT / "alembic.ini"), "head")
    except Exception as error:  # noqa: BLE001  (a migration may raise anything)
        folder = _ROOT / "migrations" / "versions"
        print(describe_migration_failure(error, folder), file=sys.stderr)
        return 1
    print("The database schema is up to date.")
    return 0
