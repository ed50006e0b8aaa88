"""Identities at the provider."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from app.users.model import User


@dataclass(frozen=True, slots=True)
class Identity:
    """A subject of an issuer, and its account; None after the account was deleted.

    Tokens issued until `ended_at` are revoked. The role of the account is that of a token issued at
    `roles_as_of`. If another user deleted the account, the subject is barred from a new one.
    """

    id: UUID
    user: User | None
    ended_at: datetime | None
    roles_as_of: datetime | None
    is_barred: bool

    @property
    def session_id(self) -> UUID:
        """The session of the valid tokens: a new one each time that they are revoked."""
        return uuid5(self.id, str(self.ended_at))
