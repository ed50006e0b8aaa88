"""`migrate`: upgrades the database to the newest schema."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Final

from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor

from app.commands import Commands, add_command
from app.database.migration_failure import describe_migration_failure
from app.database.orm import APPS, MIGRATIONS, migration_config
from app.logging import configure_logging
from app.settings import Settings, load_settings

_FOLDER: Final = Path(__file__).parents[2] / MIGRATIONS


def add_to(commands: Commands) -> None:
    add_command(commands, "migrate", "Apply all migrations to the database.", run)


def run(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    begun: list[str] = []
    try:
        asyncio.run(_migrate(settings, begun))
    except Exception as error:  # noqa: BLE001  (a migration may raise anything)
        name = begun[-1] if begun else None
        print(describe_migration_failure(error, _FOLDER, name), file=sys.stderr)
        return 1
    print("The database schema is up to date.")
    return 0


async def _migrate(settings: Settings, begun: list[str]) -> None:
    """Migrate; appends the name of each migration to the list when it begins."""

    def remember(event: str, _app: str, name: str) -> None:
        if event == "apply_start":
            begun.append(name)

    async with TortoiseContext() as context:
        await context.init(migration_config(settings))
        await MigrationExecutor(context.db(), APPS).migrate(progress=remember)
