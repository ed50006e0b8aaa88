"""Column types that behave alike on every database, and whose errors contain no values."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tortoise import Model, fields
from tortoise.exceptions import ValidationError

from app.database.dialect import DIGEST_TYPE


class ShortTextField(fields.CharField[Any]):
    """Text of a bounded length. Tortoise's own error would quote a text that is too long."""

    def validate(self, value: Any) -> None:
        try:
            super().validate(value)
        except ValidationError:
            name, limit = self.model_field_name, self.max_length
            raise ValidationError(f"{name} is missing or longer than {limit}") from None


class DigestField(fields.BinaryField[bytes]):
    """A digest of 32 bytes, which can be used in lookups, unlike Tortoise's bytes."""

    indexable = True

    def get_for_dialect(self, dialect: str, key: str) -> Any:
        return DIGEST_TYPE if key == "SQL_TYPE" else super().get_for_dialect(dialect, key)


class UtcDatetimeField(fields.DatetimeField[Any]):
    """A time zone aware time, stored in UTC; a naive one is refused."""

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError("a time without a zone cannot be stored")
            value = value.astimezone(UTC)
        return super().to_db_value(value, instance)

    def to_python_value(self, value: Any) -> datetime | None:
        return None if value is None else to_time(value)


def to_uuid(value: Any) -> UUID:
    """Parse an id from a driver: not every database has a UUID type."""
    return value if isinstance(value, UUID) else UUID(value)


def to_time(value: Any) -> datetime:
    """Parse a time from a driver."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
