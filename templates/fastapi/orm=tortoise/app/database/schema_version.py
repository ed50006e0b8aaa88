"""Tells whether the database has the tables that this release of the service was written for."""

import asyncio
import pkgutil
from functools import cache
from importlib import import_module

from app.database.orm import MIGRATIONS


class OutdatedSchema(Exception):
    """The database has not the newest schema: `migrate` is to be run."""


async def refuse_outdated(applied: set[str]) -> None:
    """Raise `OutdatedSchema` for a database that has these migrations.

    It may have more, of a later release that is being rolled out: until the last instance of this
    one is replaced, it goes on.
    """
    if await asyncio.to_thread(_migrations) - applied:
        raise OutdatedSchema


@cache
def _migrations() -> frozenset[str]:
    """Name every migration of this release."""
    modules = pkgutil.iter_modules(import_module(MIGRATIONS).__path__)
    return frozenset(module.name for module in modules if module.name[0].isdigit())
