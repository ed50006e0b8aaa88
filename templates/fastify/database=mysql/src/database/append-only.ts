/** Append-only tables, enforced by the database itself. */

/**
 * Returns the statements that make a table refuse UPDATE and DELETE.
 *
 * DELETE is allowed where the owner of the table has requested it: see `liftBan`. REPLACE deletes a
 * conflicting row, and ON DUPLICATE KEY updates it. TRUNCATE fires no trigger: the role of the
 * service lacks the privilege.
 */
export const appendOnly = (table: string): readonly string[] => {
  const refuse = `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${table} is append-only'`;
  // In a trigger, CURRENT_USER is its definer, and USER the connected account.
  const isLifted =
    "@append_only_is_lifted AND " +
    "SUBSTRING_INDEX(USER(), '@', 1) = SUBSTRING_INDEX(CURRENT_USER(), '@', 1)";
  return [
    `CREATE TRIGGER ${table}_refuse_update BEFORE UPDATE ON ${table} FOR EACH ROW ${refuse}`,
    `CREATE TRIGGER ${table}_refuse_delete BEFORE DELETE ON ${table} FOR EACH ROW ` +
      `BEGIN IF NOT COALESCE(${isLifted}, FALSE) THEN ${refuse}; END IF; END`,
  ];
};

/** Returns the statements that let the owner delete on this connection. */
export const liftBan = (_table: string): readonly string[] => ["SET @append_only_is_lifted = TRUE"];

/** Returns the statements that undo `liftBan`. */
export const restoreBan = (_table: string): readonly string[] => [
  "SET @append_only_is_lifted = FALSE",
];
