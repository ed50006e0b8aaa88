"""The table of roles and permissions."""

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """What a route requires. Routes never check a role."""

    ACCOUNT_WRITE = "account:write"
    NOTES_READ = "notes:read"
    NOTES_WRITE = "notes:write"
    NOTES_READ_ANY = "notes:read_any"
    NOTES_DELETE_ANY = "notes:delete_any"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    USERS_DELETE = "users:delete"
    USERS_EXPORT = "users:export"


class Role(StrEnum):
    USER = "user"
    MODERATOR = "moderator"
    ADMIN = "admin"


_USER: Final = frozenset(
    {
        Permission.ACCOUNT_WRITE,
        Permission.NOTES_READ,
        Permission.NOTES_WRITE,
    }
)
_MODERATOR: Final = _USER | {Permission.NOTES_READ_ANY, Permission.NOTES_DELETE_ANY}
_ADMIN: Final = _MODERATOR | {
    Permission.USERS_READ,
    Permission.USERS_WRITE,
    Permission.USERS_DELETE,
    Permission.USERS_EXPORT,
}

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.USER: _USER,
    Role.MODERATOR: _MODERATOR,
    Role.ADMIN: _ADMIN,
}
