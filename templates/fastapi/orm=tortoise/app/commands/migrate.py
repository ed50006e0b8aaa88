"""`migrate`: brings the database to the newest schema."""

import argparse
import asyncio

from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor

from app.commands import Commands, add_command
from app.database.orm import APPS, migration_config
from app.logging import configure_logging
from app.settings import Settings, load_settings


def add_to(commands: Commands) -> None:
    add_command(commands, "migrate", "Apply all migrations to the database.", run)


def run(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    asyncio.run(_migrate(settings))
    print("The database schema is up to date.")
    return 0


async def _migrate(settings: Settings) -> None:
    async with TortoiseContext() as context:
        await context.init(migration_config(settings))
        await MigrationExecutor(context.db(), APPS).migrate()
