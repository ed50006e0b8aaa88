"""Whom the identity provider vouches for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from app.users.model import User


@dataclass(frozen=True, slots=True)
class Identity:
    """A subject of an issuer, and its account; None once that was deleted.

    Tokens issued until `ended_at` do not count any more.
    """

    id: UUID
    user: User | None
    ended_at: datetime | None

    @property
    def session_id(self) -> UUID:
        """What the tokens that count now belong to: another one each time that they are ended."""
        return uuid5(self.id, str(self.ended_at))
