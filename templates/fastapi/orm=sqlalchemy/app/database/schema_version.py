"""Tells whether the database has the tables that this release of the service was written for."""

import asyncio
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory


class OutdatedSchema(Exception):
    """The database has not the newest schema: `migrate` is to be run."""


async def refuse_outdated(applied: set[str]) -> None:
    """Raise `OutdatedSchema` for a database at these revisions.

    A revision that is not known here is that of a later release, which is being rolled out: until
    the last instance of this one is replaced, it goes on.
    """
    known, heads = await asyncio.to_thread(_revisions)
    if heads - applied and applied <= known:
        raise OutdatedSchema


@cache
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """Return every revision of this release, and the newest."""
    config = Config(Path(__file__).parents[2] / "alembic.ini")
    scripts = ScriptDirectory.from_config(config)
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return known, frozenset(scripts.get_heads())
