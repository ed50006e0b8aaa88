"""Whom the identity provider vouches for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.users.model import User


@dataclass(frozen=True, slots=True)
class Identity:
    """A subject of an issuer, and its account; None once that was deleted.

    Tokens issued until `ended_at` do not count any more.
    """

    id: UUID
    user: User | None
    ended_at: datetime | None
