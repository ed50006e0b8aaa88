"""Password hashes."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from app.database.fields import ShortTextField, UtcDatetimeField


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
        # The key is a relation; what `makemigrations` compares goes by the name of its column.
        ops.AlterModelOptions(
            name="CredentialRow",
            options={"table": "credentials", "app": "app", "pk_attr": "user_id"},
        ),
    ]
