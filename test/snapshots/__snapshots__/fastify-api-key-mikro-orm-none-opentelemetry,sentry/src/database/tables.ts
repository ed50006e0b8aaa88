/** Every table of the service: one that is not here has no migrations. */

export { apiKeys } from "../api-keys/table.ts";
export { auditEvents } from "../audit/table.ts";
export { notes } from "../notes/table.ts";
export { tokens } from "../tokens/table.ts";
export { users } from "../users/table.ts";
