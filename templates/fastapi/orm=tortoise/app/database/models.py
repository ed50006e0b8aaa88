"""Tables of the service. Queries are in the repositories of each domain."""

from tortoise import Model, fields

from app.database.fields import ShortTextField, UtcDatetimeField
from app.ids import new_id


class UserRow(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    email = ShortTextField(254, unique=True)
    full_name = ShortTextField(200)
    role = ShortTextField(20, db_index=True)
    is_active = fields.BooleanField()
    email_verified = fields.BooleanField()
    created_at = UtcDatetimeField()

    class Meta(Model.Meta):
        table = "users"


# Append-only: the migration adds triggers that refuse UPDATE and DELETE.
class AuditEventRow(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    created_at = UtcDatetimeField()
    event = ShortTextField(50, db_index=True)
    actor_id = fields.UUIDField(null=True, db_index=True)
    subject_id = fields.UUIDField(null=True)
    request_id = ShortTextField(64, null=True)
    client_address = ShortTextField(45, null=True)
    details = fields.TextField()

    class Meta(Model.Meta):
        table = "audit_events"
