"""Schema changes on SQLite, which can alter little of a table."""

# Tortoise keeps its metadata of models in `_meta`.
# ruff: noqa: SLF001

from typing import Any

from tortoise import Model
from tortoise.fields.base import Field
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.migrations.schema_editor import SqliteSchemaEditor

from app.database.schema_editing import IndexingEditor, column_of, stored_field

_INDEXES = """
SELECT list.name, list."unique" AS is_unique, group_concat(info.name) AS columns, sql
FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS info
LEFT JOIN sqlite_master AS made ON made.name = list.name AND made.type = 'index'
WHERE list.origin <> 'pk' GROUP BY list.name
"""
_TRIGGERS = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
_COLUMNS = "SELECT name FROM pragma_table_info(?)"


class SchemaEditor(IndexingEditor, SqliteSchemaEditor):
    """Recreates the indexes and triggers of a rebuilt table, which Tortoise drops."""

    async def remove_field(self, model: type[Model], field: Field[Any]) -> None:
        if not isinstance(field, ForeignKeyFieldInstance):
            await super().remove_field(model, field)
            return
        # A relation and its key share a column: Tortoise keeps the remaining one.
        key, fields_map = stored_field(model, field), model._meta.fields_map
        model._meta.fields_map = {
            name: other for name, other in fields_map.items() if other is not field
        }
        try:
            await super().remove_field(model, key)
        finally:
            model._meta.fields_map = fields_map

    async def _remake_table(self, model: type[Model], *args: Any, **changes: Any) -> None:
        if self.collect_sql:
            await super()._remake_table(model, *args, **changes)
            return
        table = model._meta.db_table
        before = await self._ask(_INDEXES, table)
        triggers = await self._ask(_TRIGGERS, table)
        await super()._remake_table(model, *args, **changes)
        columns = {row["name"] for row in await self._ask(_COLUMNS, table)}
        made = {(row["is_unique"], row["columns"]) for row in await self._ask(_INDEXES, table)}
        for row in before:
            is_there = (row["is_unique"], row["columns"]) in made
            if row["sql"] and not is_there and set(row["columns"].split(",")) <= columns:
                await self.client.execute_query(row["sql"])
        for row in triggers:
            await self.client.execute_query(row["sql"])

    async def _alter_field(
        self, model: type[Model], old_field: Field[Any], new_field: Field[Any]
    ) -> None:
        await super()._alter_field(model, old_field, new_field)
        columns = (column_of(new_field),)
        if new_field.index and not old_field.index:
            await self.add_index(model, Index(fields=columns))
        gone = []
        if old_field.index and not new_field.index:
            gone.append(self._index_name_for_model(model, Index(fields=columns)))
        if old_field.unique and not new_field.unique:
            gone.append(self._constraint_name_for_model(model, UniqueConstraint(fields=columns)))
        for name in gone:
            await self._run_sql(f"DROP INDEX IF EXISTS {self.quote(name)}")

    async def _ask(self, query: str, table: str) -> list[dict[str, Any]]:
        return await self.client.execute_query_dict(query, [table])
