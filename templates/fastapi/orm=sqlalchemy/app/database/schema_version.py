"""Checks whether the schema of the database is that of this release."""

import asyncio
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory


class OutdatedSchema(Exception):
    """The schema of the database is out of date: run `migrate`."""


async def refuse_outdated(applied: set[str]) -> None:
    """Raise `OutdatedSchema` for a database at these revisions.

    An unknown revision belongs to a later release that is being rolled out: this one keeps running
    until it is replaced.
    """
    known, heads = await asyncio.to_thread(_revisions)
    if heads - applied and applied <= known:
        raise OutdatedSchema


@cache
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """Return the revisions of this release, and the newest."""
    config = Config(Path(__file__).parents[2] / "alembic.ini")
    scripts = ScriptDirectory.from_config(config)
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return known, frozenset(scripts.get_heads())
