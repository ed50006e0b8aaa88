"""Sessions, on which repositories run their statements."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from app.database.connection import Connection
from app.database.dialect import Dialect
from app.database.pool import Pool


class Session(BaseDBAsyncClient):
    """A unit of work, for Tortoise's queries: `UserRow.all(using_db=session)`.

    It acquires a connection and begins its transaction with the first statement: requests that are
    refused before, or wait for something else, hold neither.
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
        """Run a statement; returns the number of affected rows, and the rows.

        One at a time, in order: a connection runs one statement, and Tortoise may fetch the
        relations of a row concurrently.
        """
        async with self._turn:
            if self._taken is None:
                self._taken = await self._take()
            return await self._taken.run(statement, values)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Roll back the block if an error leaves it; the transaction continues."""
        await self.run("SAVEPOINT attempt")
        try:
            yield
        except Exception:
            await self.run("ROLLBACK TO SAVEPOINT attempt")
            raise
        await self.run("RELEASE SAVEPOINT attempt")

    async def commit(self) -> None:
        """Commit the transaction."""
        if self._taken is not None and self._begin is not None:
            await self._taken.commit()
        for action in self.after_commit:
            action()

    async def rollback(self) -> None:
        """Roll back the transaction."""
        if self._taken is not None and self._begin is not None:
            await self._taken.rollback()

    def release(self) -> None:
        """Release the connection, and acquire no other, which would not be released."""
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

    # Called by Tortoise's queries.

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
    """Run a callback after the commit; never after a rollback."""
    transaction.after_commit.append(action)


# Tortoise looks the client of a database up by this name.
client_class = Session
