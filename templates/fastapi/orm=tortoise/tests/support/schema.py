"""The schema of the database that the environment names, and its migrations."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from graphlib import TopologicalSorter
from typing import Final

from tortoise import Model
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationGraph
from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import Operation
from tortoise.migrations.schema_generator.state import State

from app.database.append_only import append_only
from app.database.orm import APPS, migration_config
from app.settings import load_settings
from tests.support.service import settings_for

# The table of the migration history.
RECORD: Final = "tortoise_migrations"


def upgrade() -> None:
    """Go up to the newest schema."""
    _run(lambda executor, _: executor.migrate())


def downgrade(to: str = "__first__") -> None:
    """Go down to a migration, or to where there is no table."""
    _run(lambda executor, _: executor.migrate([MigrationTarget("app", to)], direction="backward"))


def check_schema() -> None:
    """Fail if a migration would still have something to do."""

    async def check(_: MigrationExecutor, context: TortoiseContext) -> None:
        assert context.apps is not None
        changes = await MigrationAutodetector(context.apps, APPS).changes()
        assert [operation.describe() for change in changes for operation in change.operations] == []

    _run(check)


def declare(url: str, *append_only_tables: str) -> None:
    """Make what the code declares in an empty database, without any migration."""

    async def make(executor: MigrationExecutor, context: TortoiseContext) -> None:
        assert context.apps is not None
        await _make_tables(executor, context.apps.get_models_iterable(), append_only_tables)

    _run(make, url)


def change(operations: list[Operation], declared: str, *append_only_tables: str) -> None:
    """Change the schema, and make what the changed models declare in an empty database."""
    models: list[type[Model]] = []

    async def apply(executor: MigrationExecutor, _: TortoiseContext) -> None:
        migration, state = await _migration(executor, operations)
        await migration.apply(state, schema_editor=executor._schema_editor())
        models.extend(state.apps.get_models_iterable())

    async def make(executor: MigrationExecutor, _: TortoiseContext) -> None:
        await _make_tables(executor, models, append_only_tables)

    _run(apply)
    _run(make, declared)


def change_back(operations: list[Operation]) -> None:
    """Undo what `change` did."""

    async def unapply(executor: MigrationExecutor, _: TortoiseContext) -> None:
        migration, state = await _migration(executor, operations)
        await migration.unapply(state, schema_editor=executor._schema_editor())

    _run(unapply)


async def _migration(
    executor: MigrationExecutor, operations: list[Operation]
) -> tuple[Migration, State]:
    """Return the migration that comes after all others, and the state before it."""
    await executor.loader.build_graph()
    migration = Migration("changed", "app")
    migration.operations = operations
    applied = set(await executor.recorder.applied_migrations())
    return migration, await executor._project_state(applied)


async def _make_tables(
    executor: MigrationExecutor, models: Iterable[type[Model]], append_only_tables: Iterable[str]
) -> None:
    editor = executor._schema_editor()
    tables = {model._meta.db_table: model for model in models}
    data = {table: editor._get_model_sql_data(model) for table, model in tables.items()}
    needs = {table: sql.references - {table} for table, sql in data.items()}
    for table in TopologicalSorter(needs).static_order():
        await editor.create_model(tables[table])
    for table in append_only_tables:
        for statement in append_only(table):
            await editor.client.execute_query(statement)


def roots() -> list[str]:
    """Name the migrations that come first."""
    return [key.name for key in _graph().root_nodes("app")]


def heads() -> list[str]:
    """Name the migrations that come last."""
    return [key.name for key in _graph().leaf_nodes("app")]


def _graph() -> MigrationGraph:
    graphs: list[MigrationGraph] = []

    async def load(executor: MigrationExecutor, _: TortoiseContext) -> None:
        await executor.loader.build_graph()
        graphs.append(executor.loader.graph)

    _run(load)
    return graphs[0]


def _run(
    step: Callable[[MigrationExecutor, TortoiseContext], Awaitable[None]], url: str | None = None
) -> None:
    async def run() -> None:
        settings = load_settings() if url is None else settings_for(url)
        async with TortoiseContext() as context:
            await context.init(migration_config(settings))
            await step(MigrationExecutor(context.db(), APPS), context)

    asyncio.run(run())
