"""What a role lets its holder do."""

from uuid import uuid4

from app.auth.permissions import PERMISSIONS, Permission, Role
from app.auth.principal import Principal
from app.clock import now
from app.users.model import User


def test_the_role_decides() -> None:
    for role in Role:
        user = User(uuid4(), "a@example.com", "A", role, True, True, now())
        caller = Principal(user, uuid4())
        assert {permission for permission in Permission if caller.may(permission)} == (
            PERMISSIONS[role]
        )
