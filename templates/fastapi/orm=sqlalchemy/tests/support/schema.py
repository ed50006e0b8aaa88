"""The schema of the database that the environment names, and its migrations."""

import asyncio
import shutil
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import text

from app.database.append_only import append_only
from app.database.dialect import open_migration_engine
from app.database.tables import METADATA

# The table of the migration history.
RECORD: Final = "alembic_version"
_ROOT: Final = Path(__file__).parents[2]
_CONFIG: Final = Config(_ROOT / "alembic.ini")


def upgrade() -> None:
    """Go up to the newest schema."""
    command.upgrade(_CONFIG, "head")


def downgrade(to: str = "base") -> None:
    """Go down to a migration, or to where there is no table."""
    command.downgrade(_CONFIG, to)


def check_schema() -> None:
    """Fail if a migration would still have something to do."""
    command.check(_CONFIG)


def declare(url: str, *append_only_tables: str) -> None:
    """Make what the code declares in an empty database, without any migration."""

    async def make() -> None:
        async with open_migration_engine(url) as engine, engine.begin() as connection:
            await connection.run_sync(METADATA.create_all)
            for table in append_only_tables:
                for statement in append_only(table):
                    await connection.execute(text(statement))

    asyncio.run(make())


def copy_migrations(directory: Path) -> Config:
    """Copy the migrations, so that others can be added to them."""
    shutil.copytree(_ROOT / "migrations", directory / "migrations")
    config = Config()
    config.set_main_option("script_location", str(directory / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def write_migration(config: Config, name: str) -> Script:
    """Have Alembic write the migration to what the code declares now."""
    script = command.revision(config, name, autogenerate=True)
    assert isinstance(script, Script)
    return script


def roots() -> list[str]:
    """Name the migrations that come first."""
    return ScriptDirectory.from_config(_CONFIG).get_bases()


def heads() -> list[str]:
    """Name the migrations that come last."""
    return ScriptDirectory.from_config(_CONFIG).get_heads()
