"""Identities at the provider, and their accounts."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from app.database.fields import ShortTextField, UtcDatetimeField
from app.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("app", "0001_first_tables")]

    operations = [
        ops.CreateModel(
            name="IdentityRow",
            options={
                "table": "identities",
                "app": "app",
                "pk_attr": "id",
                "unique_together": (("issuer", "subject"),),
            },
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
                ("issuer", ShortTextField(255)),
                ("subject", ShortTextField(255)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "app.UserRow",
                        source_field="user_id",
                        to_field="id",
                        related_name=False,
                        on_delete=fields.SET_NULL,
                        null=True,
                        db_index=True,
                    ),
                ),
                ("ended_at", UtcDatetimeField(null=True)),
                ("roles_as_of", UtcDatetimeField(null=True)),
                ("is_barred", fields.BooleanField()),
            ],
        ),
    ]
