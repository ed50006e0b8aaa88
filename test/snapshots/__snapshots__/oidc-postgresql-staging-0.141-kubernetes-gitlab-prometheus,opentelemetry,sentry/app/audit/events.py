"""Every security event that the service records. SECURITY.md says when each occurs."""

from typing import Final

# The names of its details, by the name of each event.
EVENTS: Final = {
    "access.denied": ["permission", "repeated"],
    "audit.purged": ["count"],
    "auth.credential.refused": ["repeated"],
    "note.deleted": ["note"],
    "note.read": ["note"],
    "rate_limit.exceeded": ["limit"],
    "user.created": ["role"],
    "user.deleted": [],
    "user.disabled": [],
    "user.enabled": [],
    "user.exported": [],
    "user.listed": [],
    "user.read": [],
    "user.role.changed": ["before", "after", "by"],
    "user.sessions.ended": [],
}
