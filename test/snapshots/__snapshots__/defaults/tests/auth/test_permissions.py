"""The table of roles, written out once more: a change of it is a change of this test."""

from app.auth.permissions import PERMISSIONS, Permission, Role

EXPECTED = {
    "user": {"notes:read", "notes:write"},
    "moderator": {"notes:read", "notes:write", "notes:read_any", "notes:delete_any"},
    "admin": {
        "notes:read",
        "notes:write",
        "notes:read_any",
        "notes:delete_any",
        "users:read",
        "users:write",
        "users:delete",
        "users:export",
    },
}


def test_each_role_has_its_permissions_and_no_other() -> None:
    assert {str(role): set(map(str, granted)) for role, granted in PERMISSIONS.items()} == EXPECTED


def test_every_role_is_in_the_table_and_every_permission_is_granted_to_some_role() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == set(Permission)
