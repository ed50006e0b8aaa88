/** The reasons of PostgreSQL and network errors. */

import pg from "pg";
import { sqlstate } from "./driver.ts";
import { whyUnreachable } from "./reaching.ts";

export { passes } from "./driver.ts";

// Errors whose message quotes a value: "invalid input syntax for type uuid: ...".
const QUOTING = new Set(["22"]);
// No such table; no such column.
const SCHEMA = new Set(["42P01", "42703"]);

/** Returns the server's message without its details, which quote rows. */
export const reasonOf = (error: Error): string => {
  if (!(error instanceof pg.DatabaseError)) {
    return whyUnreachable(error);
  }
  const state = sqlstate(error);
  const said = QUOTING.has(state.slice(0, 2)) ? "a value does not fit" : error.message;
  return `${said} (SQLSTATE ${state})`;
};

/** Returns whether a table or a column is missing. */
export const lacksSchema = (error: Error): boolean => SCHEMA.has(sqlstate(error));
