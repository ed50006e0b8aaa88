"""Names of API keys."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from app.database.fields import ShortTextField


class Migration(migrations.Migration):
    dependencies = [("app", "0002_tokens")]

    operations = [
        ops.CreateModel(
            name="ApiKeyRow",
            options={"table": "api_keys", "app": "app"},
            fields=[
                (
                    "token",
                    fields.OneToOneField(
                        "app.TokenRow",
                        source_field="token_id",
                        to_field="id",
                        related_name=False,
                        on_delete=fields.CASCADE,
                        primary_key=True,
                    ),
                ),
                ("name", ShortTextField(100)),
                (
                    "parent",
                    fields.ForeignKeyField(
                        "app.TokenRow",
                        source_field="parent_id",
                        to_field="id",
                        related_name=False,
                        on_delete=fields.SET_NULL,
                        null=True,
                        db_index=True,
                    ),
                ),
            ],
        ),
        # The key is a relation, but `makemigrations` compares by the name of its column.
        ops.AlterModelOptions(
            name="ApiKeyRow",
            options={"table": "api_keys", "app": "app", "pk_attr": "token_id"},
        ),
    ]
