"""Configuration of Tortoise: models, dialect and migrations."""

from typing import Any, Final

from tortoise.context import TortoiseContext, get_current_context, set_global_context

from app.database import tables
from app.database.dialect import migration_connection
from app.database.migrating import migration_url
from app.settings import Settings

CONNECTION_NAME: Final = "default"
MIGRATIONS: Final = "migrations"
# Foreign keys refer to it: "app.UserRow".
_APP: Final = "app"
APPS: Final[dict[str, dict[str, Any]]] = {
    _APP: {
        "models": [tables.__name__],
        "migrations": MIGRATIONS,
        "default_connection": CONNECTION_NAME,
    }
}


async def bind_models() -> None:
    """Bind the models to the dialect, once per process.

    The default session is not usable: a query without `using_db` is an error.
    """
    if get_current_context() is None:
        with TortoiseContext() as context:
            nowhere = {"engine": "app.database.session", "credentials": {}}
            await context.init({"connections": {CONNECTION_NAME: nowhere}, "apps": APPS})
        set_global_context(context)


def migration_config(settings: Settings) -> dict[str, Any]:
    """Configure Tortoise to run migrations, with a connection as the owner of the tables."""
    connection = migration_connection(migration_url(settings))
    return {"connections": {CONNECTION_NAME: connection}, "apps": APPS}
