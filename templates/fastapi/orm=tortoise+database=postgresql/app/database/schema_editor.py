"""Schema changes on PostgreSQL."""

from tortoise.migrations.schema_editor import AsyncpgSchemaEditor

from app.database.schema_editing import IndexingEditor


class SchemaEditor(IndexingEditor, AsyncpgSchemaEditor):
    pass
