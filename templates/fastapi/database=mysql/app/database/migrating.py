"""What migrations on MySQL and MariaDB need."""

from typing import Any, Final

import structlog
from structlog.typing import FilteringBoundLogger

from app.database.driver import Connection, connect
from app.settings import Settings

log: FilteringBoundLogger = structlog.get_logger()

_TURN_SECONDS: Final = 60
# The name of a lock has 64 characters at most, as that of a database has.
_TAKE_TURN: Final = "SELECT GET_LOCK(MD5(CONCAT('migrate ', DATABASE())), %s)"
# Statements that leave nothing behind.
_QUESTIONS: Final = ("DESCRIBE", "SELECT", "SHOW")


def migration_url(settings: Settings) -> str:
    """Return where to migrate, as the owner of the tables."""
    return (settings.migration_database_url or settings.database_url).get_secret_value()


async def connect_in_turn(**options: Any) -> Connection:
    """Open a connection to migrate with; waits until that of another migration is closed."""
    connection = await connect(**options)
    try:
        async with connection.cursor() as cursor:
            await cursor.execute(_TAKE_TURN, (_TURN_SECONDS,))
            if await cursor.fetchone() != (1,):
                raise TimeoutError("another migration is still running")
    except BaseException:
        connection.close()
        raise
    return connection


def table_options(*, is_mariadb: bool) -> str:
    """Return what ends a CREATE TABLE, so that text is compared to the letter.

    Whatever the database was made with: elsewhere `a = 'A'`, `a = 'á'` or `a = 'a '` hold, and
    one account could be taken for another.
    """
    collation = "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"
    return f"CHARACTER SET utf8mb4 COLLATE {collation} ENGINE=InnoDB"


def tell_what_is_left(statement: str, error: BaseException) -> None:
    """Log the statement that a migration stopped at: CREATE and ALTER cannot be undone."""
    if not statement.startswith(_QUESTIONS):
        log.error(
            "migration.failed",
            error=str(error),
            statement=statement,
            hint="What the migration had done before stays. Undo it, then migrate again.",
        )
