"""The caller of a request, independent of the kind of credential."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.auth.permissions import PERMISSIONS, Permission
from app.users.model import User


@dataclass(frozen=True)
class Principal:
    """An active account, and what its credential allows.

    `session_id` identifies the session of the credential. `scopes` limit the role's permissions;
    None does not. `signed_in_at` is the time of the last sign-in.
    """

    user: User
    session_id: UUID
    scopes: frozenset[str] | None = None
    signed_in_at: datetime | None = None

    def may(self, permission: Permission) -> bool:
        """Return whether both the role and the scopes of the credential have the permission."""
        return permission in PERMISSIONS[self.user.role] and (
            self.scopes is None or permission in self.scopes
        )
