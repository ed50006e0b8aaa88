"""`migrate`: brings the database to the newest schema."""

import argparse
import sys
import traceback
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from app.commands import Commands, add_command
from app.commands.roles import grant_rights
from app.database.engine import UNUSABLE
from app.database.failures import describe_failure
from app.logging import configure_logging
from app.settings import load_settings

_ROOT: Final = Path(__file__).parents[2]
_VERSIONS: Final = _ROOT / "migrations" / "versions"


def add_to(commands: Commands) -> None:
    add_command(commands, "migrate", "Apply all migrations to the database.", run)


def run(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    try:
        command.upgrade(Config(_ROOT / "alembic.ini"), "head")
    except UNUSABLE as error:
        print(f"{_what_failed(error)}: {describe_failure(error)}", file=sys.stderr)
        return 1
    except CommandError as error:
        print(f"Migrating failed: {error}", file=sys.stderr)
        return 1
    print("The database schema is up to date.")
    if not grant_rights(settings):
        return 1
    return 0


def _what_failed(error: BaseException) -> str:
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).parent == _VERSIONS:
            return f"Migration {Path(frame.filename).stem} failed"
    return "Migrating failed"
