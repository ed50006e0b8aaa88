/** Append-only tables, enforced by the database itself. */

/**
 * Returns the statements that make a table refuse UPDATE, DELETE and TRUNCATE.
 *
 * DELETE is allowed where the owner of the table has requested it: see `liftBan`.
 */
export const appendOnly = (table: string): readonly string[] => [
  `CREATE FUNCTION ${table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ` +
    "IF TG_OP = 'DELETE' AND current_setting('append_only.is_lifted', true) = 'yes' " +
    "AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') " +
    `THEN RETURN NULL; END IF; RAISE EXCEPTION '${table} is append-only'; END $$`,
  `CREATE TRIGGER ${table}_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table} ` +
    `FOR EACH STATEMENT EXECUTE FUNCTION ${table}_refuse()`,
];

/** Returns the statements that let the owner delete, until the transaction ends. */
export const liftBan = (_table: string): readonly string[] => [
  "SET LOCAL append_only.is_lifted = 'yes'",
];

/** Returns the statements that undo `liftBan`. */
export const restoreBan = (_table: string): readonly string[] => [
  "SET LOCAL append_only.is_lifted = 'no'",
];
