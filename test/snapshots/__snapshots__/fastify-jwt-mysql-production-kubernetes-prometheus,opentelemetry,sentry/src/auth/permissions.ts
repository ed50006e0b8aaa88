/** The table of roles and permissions. */

/** What a route requires. Routes never check a role. */
export const ALL_PERMISSIONS = [
  "account:write",
  "notes:read",
  "notes:write",
  "notes:read_any",
  "notes:delete_any",
  "users:read",
  "users:write",
  "users:delete",
  "users:export",
] as const;
export type Permission = (typeof ALL_PERMISSIONS)[number];

export const ROLES = ["user", "moderator", "admin"] as const;
export type Role = (typeof ROLES)[number];

const USER: readonly Permission[] = ["account:write", "notes:read", "notes:write"];
const MODERATOR: readonly Permission[] = [...USER, "notes:read_any", "notes:delete_any"];
const ADMIN: readonly Permission[] = [
  ...MODERATOR,
  "users:read",
  "users:write",
  "users:delete",
  "users:export",
];

export const PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  user: new Set(USER),
  moderator: new Set(MODERATOR),
  admin: new Set(ADMIN),
};
