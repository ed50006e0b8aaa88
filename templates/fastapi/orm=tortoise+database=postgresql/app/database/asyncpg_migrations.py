"""Tortoise's migrations. Tortoise selects its SQL by the name of this module."""

from contextlib import AsyncExitStack
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContext, TransactionContextPooled
from tortoise.migrations import executor

from app.database.migrating import BOUND_WAITING, turn_to_migrate
from app.database.schema_editor import SchemaEditor

# Tortoise's own commands, such as `downgrade`, always use this one.
executor.AsyncpgSchemaEditor = SchemaEditor  # type: ignore[attr-defined]


class Step(TransactionWrapper):
    """A transactional migration."""

    async def begin(self) -> None:
        await super().begin()
        await self._connection.execute(BOUND_WAITING)


class MigrationClient(AsyncpgDBClient):
    """Changes the schema, under the migration lock."""

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(**options)
        self._url = url
        self._turn = AsyncExitStack()

    async def create_connection(self, with_db: bool) -> None:
        await self._turn.enter_async_context(turn_to_migrate(self._url))
        self._pool = await asyncpg.create_pool(
            self._url, min_size=1, max_size=self.pool_maxsize, statement_cache_size=0
        )

    async def close(self) -> None:
        await super().close()
        await self._turn.aclose()

    def _in_transaction(self) -> TransactionContext:
        return TransactionContextPooled(Step(self), self._pool_init_lock)


# Tortoise looks the client of a database up by this name.
client_class: Final = MigrationClient
