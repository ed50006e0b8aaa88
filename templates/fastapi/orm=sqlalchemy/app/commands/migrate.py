"""`migrate`: brings the database to the newest schema."""

import argparse
from pathlib import Path

from alembic import command
from alembic.config import Config

from app.commands import Commands, add_command
from app.logging import configure_logging
from app.settings import load_settings


def add_to(commands: Commands) -> None:
    add_command(commands, "migrate", "Apply all migrations to the database.", run)


def run(_arguments: argparse.Namespace) -> int:
    configure_logging(load_settings())
    command.upgrade(Config(Path(__file__).parents[2] / "alembic.ini"), "head")
    print("The database schema is up to date.")
    return 0
