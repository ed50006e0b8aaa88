"""Support for migrations on PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg  # type: ignore[import-untyped]

from app.database.driver import connect
from app.settings import Settings, SettingsError

_TURN_SECONDS: Final = 60
# Advisory locks are per database. This one ends with its transaction: behind a pooler, a session
# lock would be inherited by the next client of the session.
_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtext('migrate'))"
# For transactions that change the schema: while one waits for a table, all later statements on the
# table wait as well.
BOUND_WAITING: Final = "SET LOCAL lock_timeout = '10s'"


def migration_url(settings: Settings) -> str:
    """Return where to migrate, as the owner of the tables."""
    if settings.migration_database_url is not None:
        return settings.migration_database_url.get_secret_value()
    if settings.database_pooler == "transaction":
        fault = "is required to migrate: DATABASE_URL leads to a pooler, this has to lead past it"
        raise SettingsError([f"MIGRATION_DATABASE_URL: {fault}"])
    return settings.database_url.get_secret_value()


@asynccontextmanager
async def turn_to_migrate(url: str) -> AsyncIterator[None]:
    """Hold the migration lock; waits for a running migration."""
    connection = await connect(url, keeps_statements=False)
    try:
        async with connection.transaction():
            await connection.execute(
                "SET LOCAL idle_in_transaction_session_timeout = 0;"
                f"SET LOCAL lock_timeout = '{_TURN_SECONDS}s'"
            )
            try:
                await connection.execute(_TAKE_TURN)
            except asyncpg.LockNotAvailableError:
                raise TimeoutError("another migration is still running") from None
            yield
    finally:
        await connection.close()
