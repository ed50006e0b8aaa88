"""The caller of a request, however it signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.auth.permissions import PERMISSIONS, Permission
from app.users.model import User


@dataclass(frozen=True)
class Principal:
    """An active account and what its credential lets it do.

    `session_id` is what the credential belongs to and ends with. `scopes` narrow the role's
    permissions; None leaves them whole. `signed_in_at` is when the caller last proved who it is;
    None for a credential that nobody signed in for.
    """

    user: User
    session_id: UUID
    scopes: frozenset[str] | None = None
    signed_in_at: datetime | None = None

    def may(self, permission: Permission) -> bool:
        """Tell whether the role has the permission and the credential was not narrowed below it."""
        return permission in PERMISSIONS[self.user.role] and (
            self.scopes is None or permission in self.scopes
        )
