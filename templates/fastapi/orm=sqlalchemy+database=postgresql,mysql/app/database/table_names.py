"""Names of the tables of the service, for granting privileges."""

from typing import Final

from app.database.tables import METADATA

# The table of the migration history.
RECORD: Final = "alembic_version"


def table_names() -> list[str]:
    return sorted(METADATA.tables)
