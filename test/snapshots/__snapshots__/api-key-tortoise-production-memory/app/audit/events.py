"""Every security event that the service records. SECURITY.md says when each occurs."""

from typing import Final

# The names of its details, by the name of each event.
EVENTS: Final = {
    "access.denied": ["permission"],
    "api_key.created": ["credential"],
    "api_key.revoked": ["credential"],
    "audit.purged": ["count"],
    "rate_limit.exceeded": ["limit"],
    "user.created": ["role"],
    "user.deleted": [],
    "user.disabled": [],
    "user.role.changed": ["before", "after", "by"],
    "user.sessions.ended": [],
}
