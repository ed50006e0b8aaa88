"""Re-encryption of fields with the newest key of `FIELD_ENCRYPTION_KEYS`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from app.resources import Resources


@dataclass
class Reencrypted:
    """How many rows were re-encrypted, and which ones no key decrypts."""

    count: int = 0
    unreadable: list[UUID] = field(default_factory=list)


Reencrypt = Callable[[Resources], Awaitable[Reencrypted]]
