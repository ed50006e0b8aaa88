"""Runs migrations with their own engine, as the owner of the tables."""

import asyncio
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import DropTableOp, MigrationScript, ModifyTableOps
from sqlalchemy import Connection

from app.database.dialect import MIGRATION_OPTIONS, open_migration_engine
from app.database.migrating import migration_url
from app.database.tables import METADATA
from app.database.types import UtcDateTime
from app.settings import load_settings


def render_item(kind: str, item: object, autogenerate: AutogenContext) -> str | Literal[False]:
    """Render a type of the service as code; returns False for types that Alembic renders."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogenerate.imports.add("from app.database.types import UtcDateTime")
        return "UtcDateTime()"
    return False


def drop_tables_whole(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    """Leave out the operations on a table before a migration drops it.

    Its indexes are dropped with it; one that a foreign key needs cannot be dropped alone
    everywhere.
    """
    for script in scripts:
        for steps in (script.upgrade_ops, script.downgrade_ops):
            if steps is not None:
                dropped = {step.table_name for step in steps.ops if isinstance(step, DropTableOp)}
                steps.ops = [
                    step
                    for step in steps.ops
                    if not (isinstance(step, ModifyTableOps) and step.table_name in dropped)
                ]


def run_migrations(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_item=render_item,
        process_revision_directives=drop_tables_whole,
        **MIGRATION_OPTIONS,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate() -> None:
    url = migration_url(load_settings())
    async with open_migration_engine(url) as engine, engine.connect() as connection:
        await connection.run_sync(run_migrations)


if context.is_offline_mode():
    raise SystemExit("Migrations need a database; offline mode is not supported.")
asyncio.run(migrate())
