"""What Tortoise runs migrations on."""

from typing import Final

from tortoise.backends.sqlite.client import SqliteClient
from tortoise.migrations import executor

from app.database.schema_editor import SchemaEditor

# Tortoise's own commands, such as `downgrade`, take no other from anybody.
executor.SqliteSchemaEditor = SchemaEditor  # type: ignore[attr-defined]

# By this name Tortoise finds what speaks to a database.
client_class: Final = SqliteClient
