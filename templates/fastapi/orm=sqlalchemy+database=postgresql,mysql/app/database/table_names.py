"""The tables of the service by name, for who grants rights on them."""

from typing import Final

from app.database.tables import METADATA

# The table in which migrations are recorded.
RECORD: Final = "alembic_version"


def table_names() -> list[str]:
    return sorted(METADATA.tables)
