"""Accounts, notes and the audit trail."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

from app.database.append_only import append_only, drop_append_only
from app.database.fields import ShortTextField, UtcDatetimeField
from app.ids import new_id


async def refuse_changes(_: StateApps, editor: BaseSchemaEditor) -> None:
    for statement in append_only("audit_events"):
        await editor.client.execute_query(statement)


async def clear_up(_: StateApps, editor: BaseSchemaEditor) -> None:
    for statement in drop_append_only("audit_events"):
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    initial = True

    operations = [
        # On downgrade, this is the last step: the function of the triggers is dropped after their
        # table.
        ops.RunPython(ops.RunPython.noop, clear_up),
        ops.CreateModel(
            name="UserRow",
            options={"table": "users", "app": "app", "pk_attr": "id"},
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
                ("email", ShortTextField(254, unique=True)),
                ("full_name", ShortTextField(200)),
                ("role", ShortTextField(20, db_index=True)),
                ("is_active", fields.BooleanField()),
                ("email_verified", fields.BooleanField()),
                ("created_at", UtcDatetimeField()),
            ],
        ),
        ops.CreateModel(
            name="NoteRow",
            options={
                "table": "notes",
                "app": "app",
                "pk_attr": "id",
                "indexes": [Index(fields=["owner_id", "id"], name="ix_notes_owner_id_id")],
            },
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "app.UserRow",
                        source_field="owner_id",
                        to_field="id",
                        related_name=False,
                        on_delete=fields.CASCADE,
                    ),
                ),
                ("title", ShortTextField(200)),
                ("body", fields.BinaryField()),
                ("created_at", UtcDatetimeField()),
                ("updated_at", UtcDatetimeField()),
            ],
        ),
        ops.CreateModel(
            name="AuditEventRow",
            options={"table": "audit_events", "app": "app", "pk_attr": "id"},
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
                ("created_at", UtcDatetimeField()),
                ("event", ShortTextField(50, db_index=True)),
                ("actor_id", fields.UUIDField(null=True, db_index=True)),
                ("subject_id", fields.UUIDField(null=True)),
                ("request_id", ShortTextField(64, null=True)),
                ("client_address", ShortTextField(45, null=True)),
                ("details", fields.TextField()),
            ],
        ),
        ops.RunPython(refuse_changes, ops.RunPython.noop),
    ]
