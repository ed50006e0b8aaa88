"""The caller of a request."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.auth.permissions import PERMISSIONS, Permission
from app.users.model import User


@dataclass(frozen=True)
class Principal:
    """An active account, and its session.

    `signed_in_at` is when the session began, `digest` that of its current session id.
    """

    user: User
    session_id: UUID
    signed_in_at: datetime | None = None
    digest: bytes = field(default=b"", repr=False)

    def may(self, permission: Permission) -> bool:
        """Return whether the role has the permission."""
        return permission in PERMISSIONS[self.user.role]
