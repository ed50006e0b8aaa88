"""Schema changes on MySQL, with the foreign keys and types that Tortoise leaves out."""

# Tortoise keeps its metadata of models in `_meta`.
# ruff: noqa: SLF001

from copy import copy
from typing import Any

from tortoise import Model
from tortoise.fields.base import Field
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.migrations.schema_editor import MySQLSchemaEditor

from app.database.schema_editing import IndexingEditor, column_of, stored_field


class SchemaEditor(IndexingEditor, MySQLSchemaEditor):
    async def add_field(self, model: type[Model], field_name: str) -> None:
        await super().add_field(model, field_name)
        # Tortoise would add them to the next CREATE TABLE, possibly of another table.
        foreign_keys = [f"ADD {foreign_key}" for foreign_key in self._foreign_keys]
        self._foreign_keys.clear()
        if foreign_keys:
            await self._run_sql(f"ALTER TABLE {self._table(model)} {', '.join(foreign_keys)}")

    async def remove_field(self, model: type[Model], field: Field[Any]) -> None:
        # A column with a foreign key cannot be dropped.
        if isinstance(field, ForeignKeyFieldInstance) and not self.collect_sql:
            _, rows = await self.client.execute_query(
                "SELECT constraint_name FROM information_schema.key_column_usage "
                "WHERE table_schema = DATABASE() AND table_name = %s AND column_name = %s "
                "AND referenced_table_name IS NOT NULL",
                [model._meta.db_table, column_of(stored_field(model, field))],
            )
            for row in rows:
                await self._run_sql(
                    f"ALTER TABLE {self._table(model)} DROP FOREIGN KEY {self.quote(row[0])}"
                )
        await super().remove_field(model, field)

    async def _alter_field(
        self, model: type[Model], old_field: Field[Any], new_field: Field[Any]
    ) -> None:
        old_type, new_type = (
            field.get_for_dialect(self.DIALECT, "SQL_TYPE") for field in (old_field, new_field)
        )
        if old_type != new_type:
            # Tortoise does this as well, but with a statement that MySQL does not support.
            await self._run_sql(self._build_modify_column_sql(model, new_field, self._table(model)))
            changed = copy(new_field)
            changed.index, changed.unique = old_field.index, old_field.unique
            old_field = changed
        await super()._alter_field(model, old_field, new_field)

    def _table(self, model: type[Model]) -> str:
        return self._qualify_table_name(model._meta.db_table, model._meta.schema)
