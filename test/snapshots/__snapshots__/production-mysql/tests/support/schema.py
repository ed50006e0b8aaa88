"""The schema of the database that the environment names, and its migrations."""

import asyncio
from collections.abc import Awaitable, Callable

from tortoise import Model
from tortoise.context import TortoiseContext
from tortoise.indexes import Index
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationGraph

from app.database.orm import APPS, migration_config
from app.settings import load_settings
from tests.support.indexes import indexes


def upgrade() -> None:
    """Go up to the newest schema."""
    _run(lambda executor, _: executor.migrate())


def downgrade(to: str = "__first__") -> None:
    """Go down to a migration, or to where there is no table."""
    _run(lambda executor, _: executor.migrate([MigrationTarget("app", to)], direction="backward"))


def check_schema() -> None:
    """Fail if the schema is not what the code declares."""

    async def check(executor: MigrationExecutor, context: TortoiseContext) -> None:
        assert context.apps is not None
        changes = await MigrationAutodetector(context.apps, APPS).changes()
        assert [operation.describe() for change in changes for operation in change.operations] == []
        # What is compared above is what migrations say, not what they have left.
        for model in context.apps.get_models_iterable():
            table = model._meta.db_table
            assert await indexes(context.db(), table) == _declared_indexes(model), table

    _run(check)


def _declared_indexes(model: type[Model]) -> set[tuple[str, ...]]:
    meta = model._meta
    columns = {column: meta.fields_map[name] for name, column in meta.fields_db_projection.items()}
    single = {
        (column,)
        for column, field in columns.items()
        if (field.index or field.unique) and not field.pk
    }
    several = {tuple(index.fields) for index in meta.indexes if isinstance(index, Index)}
    return single | several | set(meta.unique_together)


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


def _run(step: Callable[[MigrationExecutor, TortoiseContext], Awaitable[None]]) -> None:
    async def run() -> None:
        async with TortoiseContext() as context:
            await context.init(migration_config(load_settings()))
            await step(MigrationExecutor(context.db(), APPS), context)

    asyncio.run(run())
