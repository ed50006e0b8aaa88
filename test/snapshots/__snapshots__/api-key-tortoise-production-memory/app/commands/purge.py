"""`purge`: deletes what has expired."""

import argparse
import asyncio
from typing import Final

from app.api_keys.retention import purge_revoked_keys
from app.audit.retention import purge_audit_events
from app.commands import Commands, add_command
from app.database.engine import Database
from app.logging import configure_logging
from app.settings import Settings, load_settings
from app.tokens.expiry import purge_tokens

# Each deletes up to a number of rows in a transaction, and returns how many it deleted.
PURGERS: Final = {
    "expired credentials": purge_tokens,
    "revoked API keys": purge_revoked_keys,
    # Last: this fails for a role that does not own the table.
    "audit events": purge_audit_events,
}
# Rows per transaction, so that its locks are held for a short time.
_BATCH: Final = 1000


def add_to(commands: Commands) -> None:
    add_command(
        commands,
        "purge",
        "Delete expired data, as the owner of the tables; safe while the service runs.",
        run,
    )


def run(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    asyncio.run(_purge(settings))
    return 0


async def _purge(settings: Settings) -> None:
    owner = settings.migration_database_url or settings.database_url
    async with Database.open(settings.model_copy(update={"database_url": owner})) as database:
        for what, purge in PURGERS.items():
            total, count = 0, _BATCH
            while count == _BATCH:
                async with database.transaction() as transaction:
                    count = await purge(transaction, settings, _BATCH)
                total += count
            print(f"{total} {what} deleted.")
