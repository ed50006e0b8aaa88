"""Names of the tables of the service, for granting privileges."""

from typing import Final

from tortoise.fields.relational import ManyToManyFieldInstance

from app.database.tables import __models__

# The table of the migration history.
RECORD: Final = "tortoise_migrations"


def table_names() -> list[str]:
    # Tortoise keeps its metadata of models in `_meta`.
    metas = [model._meta for model in __models__]  # noqa: SLF001
    between = [
        field.through
        for meta in metas
        for field in meta.fields_map.values()
        if isinstance(field, ManyToManyFieldInstance)
    ]
    return sorted({*(meta.db_table for meta in metas), *between})
