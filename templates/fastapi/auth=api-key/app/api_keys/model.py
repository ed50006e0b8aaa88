"""An API key: a stored token of its own kind, with a name."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from app.tokens.token import Token

KIND: Final = "api_key"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A stored key: `token` holds a keyed hash of the secret; the secret itself is not stored.

    `parent_id` is the key that created it and is revoked with it; None for a key from
    `create-admin`.
    """

    token: Token
    name: str
    parent_id: UUID | None

    def works(self, at: datetime) -> bool:
        """Return whether the key can be used."""
        return self.token.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    @property
    def id(self) -> UUID:
        return self.token.id

    @property
    def user_id(self) -> UUID:
        return self.token.user_id

    @property
    def scopes(self) -> list[str]:
        return sorted(self.token.scopes or ())

    @property
    def created_at(self) -> datetime:
        return self.token.created_at

    @property
    def expires_at(self) -> datetime | None:
        return self.token.expires_at

    @property
    def last_used_at(self) -> datetime | None:
        return self.token.last_used_at


@dataclass(frozen=True, slots=True)
class IssuedApiKey(ApiKey):
    """A new key. `key` is what its holder sends; it cannot be retrieved again."""

    key: str = field(repr=False)
