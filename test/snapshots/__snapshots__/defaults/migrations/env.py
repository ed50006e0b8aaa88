"""Runs migrations with an engine of their own, as the owner of the tables."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from app.database.dialect import TRANSACTIONAL_DDL, make_migration_engine
from app.database.tables import METADATA
from app.settings import load_settings


def run_migrations(connection: Connection) -> None:
    # Batch mode rebuilds a table where the database cannot alter it.
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        transactional_ddl=TRANSACTIONAL_DDL,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate() -> None:
    settings = load_settings()
    url = settings.migration_database_url or settings.database_url
    engine = make_migration_engine(url.get_secret_value())
    async with engine.connect() as connection:
        await connection.run_sync(run_migrations)
    await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database; offline mode is not supported.")
asyncio.run(migrate())
