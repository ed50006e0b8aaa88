"""A note: the example of a resource that belongs to an account."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Note:
    """Times are time zone aware, in UTC. `body` is None if no key decrypts it."""

    id: UUID
    owner_id: UUID
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime
