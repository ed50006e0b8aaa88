"""What migrations on SQLite ask for, whoever runs them."""

from app.settings import Settings


def migration_url(settings: Settings) -> str:
    """Return where to migrate, as the owner of the tables."""
    return (settings.migration_database_url or settings.database_url).get_secret_value()
