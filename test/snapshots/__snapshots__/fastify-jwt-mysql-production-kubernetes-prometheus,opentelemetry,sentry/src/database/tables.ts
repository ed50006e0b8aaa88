/** Every table of the service: one that is not here has no migrations. */

export { auditEvents } from "../audit/table.ts";
export { credentials } from "../auth/credentials-table.ts";
export { knownAddresses } from "../auth/known-addresses-table.ts";
export { notes } from "../notes/table.ts";
export { tokens } from "../tokens/table.ts";
export { users } from "../users/table.ts";
