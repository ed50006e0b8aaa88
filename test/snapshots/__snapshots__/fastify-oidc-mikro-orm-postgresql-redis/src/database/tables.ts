/** Every table of the service: one that is not here has no migrations. */

export { auditEvents } from "../audit/table.ts";
export { identities } from "../auth/identities-table.ts";
export { notes } from "../notes/table.ts";
export { users } from "../users/table.ts";
