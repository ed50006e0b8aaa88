/** Append-only tables, enforced by the database itself. */

/**
 * Returns the statements that make a table refuse UPDATE and DELETE.
 *
 * INSERT OR REPLACE deletes a conflicting row without firing a DELETE trigger.
 */
export const appendOnly = (table: string): readonly string[] => [
  refuse(table, "update", `BEFORE UPDATE ON ${table}`),
  refuse(table, "delete", `BEFORE DELETE ON ${table}`),
  refuse(
    table,
    "replace",
    `BEFORE INSERT ON ${table} ` +
      `WHEN EXISTS (SELECT 1 FROM ${table} AS kept WHERE kept.id = NEW.id)`,
  ),
];

/** Returns the statements that let the transaction delete; invisible to others. */
export const liftBan = (table: string): readonly string[] => [
  `DROP TRIGGER ${table}_refuse_delete`,
];

/** Returns the statements that undo `liftBan`. */
export const restoreBan = (table: string): readonly string[] => [
  refuse(table, "delete", `BEFORE DELETE ON ${table}`),
];

const refuse = (table: string, name: string, event: string): string =>
  `CREATE TRIGGER ${table}_refuse_${name} ${event} ` +
  `BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`;
