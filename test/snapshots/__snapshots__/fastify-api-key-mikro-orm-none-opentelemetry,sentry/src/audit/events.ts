/** Every security event that the service records. SECURITY.md says when each occurs. */

/** The names of its details, by the name of each event. */
export const EVENTS = {
  "access.denied": ["permission", "repeated"],
  "api_key.created": ["id"],
  "api_key.revoked": ["id"],
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
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type EventName = keyof typeof EVENTS;
