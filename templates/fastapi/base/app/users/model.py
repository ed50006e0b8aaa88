"""An account, independent of how its owner signs in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.auth.permissions import Role


@dataclass(frozen=True, slots=True)
class User:
    """`email` is in lower case; `created_at` is time zone aware, in UTC."""

    id: UUID
    email: str
    full_name: str
    role: Role
    is_active: bool
    email_verified: bool
    created_at: datetime
