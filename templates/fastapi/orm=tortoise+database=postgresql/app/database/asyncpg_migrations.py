"""What Tortoise runs migrations on. It knows its SQL for the driver by the name of this module."""

from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
from tortoise.backends.asyncpg.client import AsyncpgDBClient

from app.database.migrating import connect_in_turn


class MigrationClient(AsyncpgDBClient):
    """Changes the schema, which no other migration does meanwhile."""

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(**options)
        self._url = url
        self._turn: Any = None

    async def create_connection(self, with_db: bool) -> None:
        # The pool would give the turn away whenever a connection comes back to it.
        self._turn = await connect_in_turn(self._url)
        self._pool = await asyncpg.create_pool(self._url, min_size=1, max_size=self.pool_maxsize)

    async def close(self) -> None:
        await super().close()
        if self._turn is not None:
            await self._turn.close()


# By this name Tortoise finds what speaks to a database.
client_class: Final = MigrationClient
