"""The table of roles, held against what each kind of permission is for."""

from app.auth.permissions import PERMISSIONS, Permission, Role


def _roles_with(permission: Permission) -> set[Role]:
    return {role for role, granted in PERMISSIONS.items() if permission in granted}


def test_every_role_is_in_the_table_and_every_permission_is_granted_to_some_role() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == set(Permission)


def test_each_role_may_do_what_the_one_before_it_may() -> None:
    assert PERMISSIONS[Role.USER] <= PERMISSIONS[Role.MODERATOR] < PERMISSIONS[Role.ADMIN]


def test_everybody_manages_the_own_account() -> None:
    assert _roles_with(Permission.ACCOUNT_WRITE) == set(Role)


def test_only_admins_manage_accounts() -> None:
    managing = [permission for permission in Permission if permission.startswith("users:")]
    assert len(managing) >= 4
    for permission in managing:
        assert _roles_with(permission) == {Role.ADMIN}, permission


def test_no_user_reaches_what_belongs_to_others() -> None:
    for permission in PERMISSIONS[Role.USER]:
        assert not permission.endswith("_any"), permission
