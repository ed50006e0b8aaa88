"""Stored credentials."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from app.database.fields import DigestField, ShortTextField, UtcDatetimeField
from app.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("app", "0001_first_tables")]

    operations = [
        ops.CreateModel(
            name="TokenRow",
            options={"table": "tokens", "app": "app", "pk_attr": "id"},
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
                ("kind", ShortTextField(20)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "app.UserRow",
                        source_field="user_id",
                        to_field="id",
                        related_name=False,
                        on_delete=fields.CASCADE,
                        db_index=True,
                    ),
                ),
                ("family_id", fields.UUIDField(db_index=True)),
                ("digest", DigestField(unique=True)),
                ("scopes", fields.TextField(null=True)),
                ("created_at", UtcDatetimeField()),
                ("expires_at", UtcDatetimeField(null=True)),
                ("last_used_at", UtcDatetimeField(null=True)),
                ("revoked_at", UtcDatetimeField(null=True)),
                ("signed_in_at", UtcDatetimeField(null=True)),
                ("client_address", ShortTextField(45, null=True)),
            ],
        ),
    ]
