"""Support for migrations on MySQL and MariaDB."""

from typing import Any, Final

import structlog
from structlog.typing import FilteringBoundLogger

from app.database.driver import Connection, connect
from app.settings import Settings

log: FilteringBoundLogger = structlog.get_logger()

_TURN_SECONDS: Final = 60
# Like the name of a database, the name of a lock has at most 64 characters.
_TAKE_TURN: Final = "SELECT GET_LOCK(MD5(CONCAT('migrate ', DATABASE())), %s)"
# Statements without a lasting effect.
_QUESTIONS: Final = ("DESCRIBE", "SELECT", "SHOW")


def migration_url(settings: Settings) -> str:
    """Return where to migrate, as the owner of the tables."""
    return (settings.migration_database_url or settings.database_url).get_secret_value()


async def connect_in_turn(**options: Any) -> Connection:
    """Open a connection for migrations; waits until that of another migration is closed."""
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
    """Return the options of a CREATE TABLE, so that text is compared byte by byte.

    With other defaults of the database, `a = 'A'`, `a = 'á'` or `a = 'a '` would be equal, and one
    account could be mistaken for another.
    """
    collation = "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"
    return f"CHARACTER SET utf8mb4 COLLATE {collation} ENGINE=InnoDB"


def tell_what_is_left(statement: str, error: BaseException) -> None:
    """Log the statement at which a migration failed: CREATE and ALTER cannot be rolled back."""
    if not statement.startswith(_QUESTIONS):
        log.error(
            "migration.failed",
            error=str(error),
            statement=statement,
            hint="What the migration had done before stays. Undo it, then migrate again.",
        )
