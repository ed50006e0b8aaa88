"""Tortoise's migrations on MySQL. Tortoise selects its SQL by the name of this module."""

from collections.abc import Sequence
from typing import Any, Final

from tortoise.backends.base.client import TransactionContext
from tortoise.migrations import executor

from app.database.connection import Connection
from app.database.dialect import BEGIN, MysqlConnection
from app.database.driver import options_in
from app.database.migrating import connect_in_turn, table_options, tell_what_is_left
from app.database.schema_editor import SchemaEditor
from app.database.session import Session

# Tortoise's own commands, such as `downgrade`, always use this one.
executor.MySQLSchemaEditor = SchemaEditor  # type: ignore[attr-defined]


class Step(TransactionContext):
    """A step of a migration: its changes of rows are transactional."""

    def __init__(self, session: "MigrationSession") -> None:
        self._session = session

    async def __aenter__(self) -> Any:
        await (await self._session.connection()).begin(BEGIN)
        return self._session

    async def __aexit__(self, kind: Any, *_: object) -> None:
        await (self._session.commit() if kind is None else self._session.rollback())


class MigrationSession(Session):
    """Changes the schema over one connection, under the migration lock."""

    def __init__(self, connection_name: str, url: str, **_: Any) -> None:
        super().__init__(connection_name, begin=BEGIN)
        self._url = url
        self._table_options = ""

    async def connection(self) -> Connection:
        """Return the connection, opened on first use."""
        if self._taken is None:
            connected = await connect_in_turn(**options_in(self._url))
            is_mariadb = "MariaDB" in connected.get_server_info()
            self._table_options = table_options(is_mariadb=is_mariadb)
            self._taken = MysqlConnection(connected)
        return self._taken

    async def run(self, statement: str, values: Sequence[Any] = ()) -> tuple[int, Sequence[Any]]:
        connection = await self.connection()
        if statement.startswith("CREATE TABLE"):
            statement = f"{statement.rstrip(';')} {self._table_options}"
        try:
            return await connection.run(statement, values)
        except Exception as error:
            tell_what_is_left(statement, error)
            raise

    async def execute_script(self, query: str) -> None:
        await self.run(query)

    async def close(self) -> None:
        if self._taken is not None:
            await self._taken.close()

    def _in_transaction(self) -> TransactionContext:
        return Step(self)


# Tortoise looks the client of a database up by this name.
client_class: Final = MigrationSession
