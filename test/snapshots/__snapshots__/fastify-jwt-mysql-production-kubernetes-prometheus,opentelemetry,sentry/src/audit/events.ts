/** Every security event that the service records. SECURITY.md says when each occurs. */

/** The names of its details, by the name of each event. */
export const EVENTS = {
  "access.denied": ["permission", "repeated"],
  "audit.purged": ["count"],
  "auth.credential.refused": ["repeated"],
  "auth.login.failed": [],
  "auth.login.succeeded": [],
  "auth.logout": ["everywhere"],
  "auth.password.changed": [],
  "auth.password.reset": [],
  "auth.refresh.reused": [],
  "auth.session.ended": [],
  "note.deleted": ["note"],
  "note.read": ["note"],
  "rate_limit.exceeded": ["limit"],
  "user.deleted": [],
  "user.disabled": [],
  "user.email.verified": [],
  "user.enabled": [],
  "user.exported": [],
  "user.listed": [],
  "user.read": [],
  "user.registered": [],
  "user.registered.again": [],
  "user.role.changed": ["before", "after", "by"],
  "user.sessions.ended": [],
  "user.unconfirmed.purged": ["count"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type EventName = keyof typeof EVENTS;
