"""Checks whether the schema of the database is that of this release."""

import asyncio
import pkgutil
from functools import cache
from importlib import import_module

from app.database.orm import MIGRATIONS


class OutdatedSchema(Exception):
    """The schema of the database is out of date: run `migrate`."""


async def refuse_outdated(applied: set[str]) -> None:
    """Raise `OutdatedSchema` for a database that has these migrations.

    It may have more, of a later release that is being rolled out: this one keeps running until it
    is replaced.
    """
    if await asyncio.to_thread(_migrations) - applied:
        raise OutdatedSchema


@cache
def _migrations() -> frozenset[str]:
    """Return the names of the migrations of this release."""
    modules = pkgutil.iter_modules(import_module(MIGRATIONS).__path__)
    return frozenset(module.name for module in modules if module.name[0].isdigit())
