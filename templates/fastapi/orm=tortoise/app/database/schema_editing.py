"""Schema changes that Tortoise leaves out in every dialect."""

# Tortoise keeps its metadata of models in `_meta`.
# ruff: noqa: SLF001

from typing import Any

from tortoise import Model
from tortoise.fields.base import Field
from tortoise.fields.relational import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.schema_editor.base import BaseSchemaEditor


class IndexingEditor(BaseSchemaEditor):
    """Also creates the index of a new column, as with a new table."""

    async def _run_sql(self, sql: str) -> None:
        try:
            await super()._run_sql(sql)
        except Exception as error:
            # Tortoise drops the statement, which `migrate` reports.
            error.add_note(sql)
            raise

    async def add_field(self, model: type[Model], field_name: str) -> None:
        await super().add_field(model, field_name)
        field = model._meta.fields_map[field_name]
        if isinstance(field, ManyToManyFieldInstance):
            return
        stored = stored_field(model, field)
        if stored.index and not stored.pk:
            await self.add_index(model, Index(fields=(column_of(stored),)))


def stored_field(model: type[Model], field: Field[Any]) -> Field[Any]:
    """Return the field with the column: for a relation, that of its key."""
    if isinstance(field, ForeignKeyFieldInstance):
        return model._meta.fields_map[field.source_field or field.model_field_name]
    return field


def column_of(field: Field[Any]) -> str:
    """Return the column of a stored field."""
    return field.source_field or field.model_field_name
