"""Whom the identity provider vouches for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from app.users.model import User


@dataclass(frozen=True, slots=True)
class Identity:
    """A subject of an issuer, and its account; None once that was deleted.

    Tokens issued until `ended_at` do not count any more. The role of the account is that of a token
    issued at `roles_as_of`. If another user deleted the account, the subject is barred: it gets no
    new one.
    """

    id: UUID
    user: User | None
    ended_at: datetime | None
    roles_as_of: datetime | None
    is_barred: bool

    @property
    def session_id(self) -> UUID:
        """What the tokens that count now belong to: another one each time that they are ended."""
        return uuid5(self.id, str(self.ended_at))
