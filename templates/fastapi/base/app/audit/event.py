"""A security event, as it is stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """`actor_id` acted on `subject_id`; neither is a foreign key, since the trail outlives both."""

    id: UUID
    created_at: datetime
    event: str
    actor_id: UUID | None
    subject_id: UUID | None
    request_id: str | None
    client_address: str | None
    details: dict[str, str]
