/** The privileges of the service's role on each table. It has no others in the database. */

import { HISTORY, tableNames } from "./table-names.ts";

export const APPEND_ONLY: ReadonlySet<string> = new Set(["audit_events"]);

/** Privileges, by the name of their table. */
export type Rights = ReadonlyMap<string, string>;

/** Returns the privileges on each table, including the migration history. */
export const tableRights = (): Rights =>
  new Map([
    ...tableNames().map((table) => [table, rightsOn(table)] as const),
    [HISTORY, "SELECT"] as const,
  ]);

const rightsOn = (table: string): string =>
  APPEND_ONLY.has(table) ? "SELECT, INSERT" : "SELECT, INSERT, UPDATE, DELETE";
