"""Column types that mean the same on every database, and errors that show no value."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tortoise import Model, fields
from tortoise.exceptions import ValidationError

from app.database.dialect import DIGEST_TYPE


class ShortTextField(fields.CharField[Any]):
    """Text of a bounded length. Tortoise's own error shows the text that is too long."""

    def validate(self, value: Any) -> None:
        try:
            super().validate(value)
        except ValidationError:
            name, limit = self.model_field_name, self.max_length
            raise ValidationError(f"{name} is missing or longer than {limit}") from None


class DigestField(fields.BinaryField[bytes]):
    """A digest of 32 bytes. Rows are found by it, which Tortoise does not expect of bytes."""

    indexable = True

    def get_for_dialect(self, dialect: str, key: str) -> Any:
        return DIGEST_TYPE if key == "SQL_TYPE" else super().get_for_dialect(dialect, key)


class UtcDatetimeField(fields.DatetimeField[Any]):
    """An aware time, kept in UTC; a naive one is refused instead of guessed at."""

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError("a time without a zone cannot be stored")
            value = value.astimezone(UTC)
        return super().to_db_value(value, instance)

    def to_python_value(self, value: Any) -> datetime | None:
        return None if value is None else to_time(value)


def to_uuid(value: Any) -> UUID:
    """Read an id as a driver returns it: not every database has a type for them."""
    return value if isinstance(value, UUID) else UUID(value)


def to_time(value: Any) -> datetime:
    """Read a time as a driver returns it."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
