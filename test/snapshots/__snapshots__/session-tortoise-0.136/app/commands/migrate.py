"""`migrate`: brings the database to the newest schema."""

import argparse
import asyncio
import sys

from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor

from app.commands import Commands, add_command
from app.database.engine import UNUSABLE
from app.database.failures import describe_failure
from app.database.orm import APPS, migration_config
from app.logging import configure_logging
from app.settings import Settings, load_settings


def add_to(commands: Commands) -> None:
    add_command(commands, "migrate", "Apply all migrations to the database.", run)


def run(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    begun: list[str] = []
    try:
        asyncio.run(_migrate(settings, begun))
    except UNUSABLE as error:
        what = f"Migration {begun[-1]}" if begun else "Migrating"
        print(f"{what} failed: {describe_failure(error)}", file=sys.stderr)
        return 1
    print("The database schema is up to date.")
    return 0


async def _migrate(settings: Settings, begun: list[str]) -> None:
    """Migrate; leaves the names of migrations in the list as they begin."""

    def remember(event: str, _app: str, name: str) -> None:
        if event == "apply_start":
            begun.append(name)

    async with TortoiseContext() as context:
        await context.init(migration_config(settings))
        await MigrationExecutor(context.db(), APPS).migrate(progress=remember)
