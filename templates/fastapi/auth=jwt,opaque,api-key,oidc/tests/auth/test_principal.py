"""What a credential lets its holder do."""

from uuid import uuid4

from app.auth.permissions import Permission, Role
from app.auth.principal import Principal
from app.clock import now
from app.users.model import User


def principal(role: Role, scopes: frozenset[str]) -> Principal:
    user = User(uuid4(), "a@example.com", "A", role, True, True, now())
    return Principal(user, uuid4(), scopes)


def permissions_of(caller: Principal) -> set[Permission]:
    return {permission for permission in Permission if caller.may(permission)}


def test_scopes_narrow_the_role() -> None:
    caller = principal(Role.ADMIN, frozenset({"users:read"}))
    assert permissions_of(caller) == {Permission.USERS_READ}


def test_scopes_never_widen_the_role() -> None:
    caller = principal(Role.USER, frozenset({"account:write", "users:read"}))
    assert permissions_of(caller) == {Permission.ACCOUNT_WRITE}


def test_no_scopes_at_all_allow_nothing() -> None:
    assert permissions_of(principal(Role.ADMIN, frozenset())) == set()
