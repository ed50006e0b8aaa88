"""What a repository runs its statements on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from app.database.connection import Connection
from app.database.dialect import Dialect
from app.database.pool import Pool


class Session(BaseDBAsyncClient):
    """A unit of work, in the shape that Tortoise's queries take: `UserRow.all(using_db=session)`.

    It takes a connection, and begins its transaction, with its first statement: what is refused
    before, or waits for something else, holds neither.
    """

    executor_class = Dialect.executor_class
    query_class = Dialect.query_class
    schema_generator = Dialect.schema_generator
    capabilities = Dialect.capabilities

    def __init__(
        self, connection_name: str, pool: Pool | None = None, begin: str | None = None
    ) -> None:
        super().__init__(connection_name)
        self._connections = pool
        self._begin = begin
        self._taken: Connection | None = None
        self._has_ended = False
        self._turn = asyncio.Lock()
        self.after_commit: list[Callable[[], None]] = []

    async def run(self, statement: str, values: Sequence[Any] = ()) -> tuple[int, Sequence[Any]]:
        """Run a statement; returns how many rows it changed or found, and the rows.

        One at a time, in the order of asking: a connection cannot do two, and Tortoise may ask for
        the relations of a row side by side.
        """
        async with self._turn:
            if self._taken is None:
                self._taken = await self._take()
            return await self._taken.run(statement, values)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what happened in the block if an error leaves it; the transaction goes on."""
        await self.run("SAVEPOINT attempt")
        try:
            yield
        except Exception:
            await self.run("ROLLBACK TO SAVEPOINT attempt")
            raise
        await self.run("RELEASE SAVEPOINT attempt")

    async def commit(self) -> None:
        """End the transaction, and keep what it changed."""
        if self._taken is not None and self._begin is not None:
            await self._taken.commit()
        for action in self.after_commit:
            action()

    async def rollback(self) -> None:
        """End the transaction, and undo what it changed."""
        if self._taken is not None and self._begin is not None:
            await self._taken.rollback()

    def release(self) -> None:
        """Give the connection back, and take no other: nobody would give that one back."""
        self._has_ended = True
        if self._taken is not None and self._connections is not None:
            self._connections.give_back(self._taken)
            self._taken = None

    async def _take(self) -> Connection:
        if self._connections is None:
            raise RuntimeError("a query has to say whose it is: using_db(session)")
        if self._has_ended:
            raise RuntimeError("the session has ended")
        connection = await self._connections.take()
        if self._begin is not None:
            try:
                await connection.begin(self._begin)
            except BaseException:
                self._connections.give_back(connection)
                raise
        return connection

    # What Tortoise's queries call.

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[Any]]:
        return await self.run(query, values or ())

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        _, rows = await self.run(query, values or ())
        return [dict(row) for row in rows]

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        _, rows = await self.run(query, values)
        return rows[0] if rows else None

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        for row in values:
            await self.run(query, row)


def after_commit(transaction: Session, action: Callable[[], None]) -> None:
    """Do something once the transaction is kept; never, if it is undone."""
    transaction.after_commit.append(action)


# By this name Tortoise finds what speaks to a database.
client_class = Session
