"""Tortoise's migrations."""

from typing import Final

from tortoise.backends.sqlite.client import SqliteClient
from tortoise.migrations import executor

from app.database.schema_editor import SchemaEditor

# Tortoise's own commands, such as `downgrade`, always use this one.
executor.SqliteSchemaEditor = SchemaEditor  # type: ignore[attr-defined]

# Tortoise looks the client of a database up by this name.
client_class: Final = SqliteClient
