"""Password hashes, and where accounts have signed in from."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from app.database.fields import DigestField, ShortTextField, UtcDatetimeField
from app.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("app", "0002_tokens")]

    operations = [
        ops.CreateModel(
            name="CredentialRow",
            options={"table": "credentials", "app": "app"},
            fields=[
                (
                    "user",
                    fields.OneToOneField(
                        "app.UserRow",
                        source_field="user_id",
                        to_field="id",
                        related_name=False,
                        on_delete=fields.CASCADE,
                        primary_key=True,
                    ),
                ),
                ("password_hash", ShortTextField(255)),
                ("changed_at", UtcDatetimeField()),
            ],
        ),
        # The key is a relation, but `makemigrations` compares by the name of its column.
        ops.AlterModelOptions(
            name="CredentialRow",
            options={"table": "credentials", "app": "app", "pk_attr": "user_id"},
        ),
        ops.CreateModel(
            name="KnownAddressRow",
            options={"table": "known_addresses", "app": "app", "pk_attr": "id"},
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
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
                ("digest", DigestField(unique=True)),
                ("used_at", UtcDatetimeField(db_index=True)),
            ],
        ),
    ]
