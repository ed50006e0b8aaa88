"""The schema of the database that the environment names, and its migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

_CONFIG = Config(Path(__file__).parents[2] / "alembic.ini")


def upgrade() -> None:
    """Go up to the newest schema."""
    command.upgrade(_CONFIG, "head")


def downgrade(to: str = "base") -> None:
    """Go down to a migration, or to where there is no table."""
    command.downgrade(_CONFIG, to)


def check_schema() -> None:
    """Fail if the schema is not what the code declares."""
    command.check(_CONFIG)


def roots() -> list[str]:
    """Name the migrations that come first."""
    return ScriptDirectory.from_config(_CONFIG).get_bases()


def heads() -> list[str]:
    """Name the migrations that come last."""
    return ScriptDirectory.from_config(_CONFIG).get_heads()
