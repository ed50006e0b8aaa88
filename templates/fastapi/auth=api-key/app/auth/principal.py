"""The caller of a request."""

from dataclasses import dataclass
from uuid import UUID

from app.auth.permissions import PERMISSIONS, Permission
from app.users.model import User


@dataclass(frozen=True)
class Principal:
    """An active account, and the scopes of its key, whose id is `session_id`."""

    user: User
    session_id: UUID
    scopes: frozenset[str]

    def may(self, permission: Permission) -> bool:
        """Return whether both the role and the scopes of the key have the permission."""
        return permission in PERMISSIONS[self.user.role] and permission in self.scopes
