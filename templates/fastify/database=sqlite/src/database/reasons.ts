/** The reasons of SQLite errors. */

import { LibsqlError } from "@libsql/client/sqlite3";

export { passes } from "./driver.ts";

// The driver has no code for it.
const CANNOT_OPEN = /^ConnectionFailed\("Unable to open/;
const SCHEMA = /no such (table|column)|table \S+ has no column/;

/** Returns SQLite's message, which contains no values. */
export const reasonOf = (error: Error): string => {
  if (error instanceof LibsqlError) {
    return `${error.message} (${error.extendedCode ?? error.code})`;
  }
  return CANNOT_OPEN.test(error.message)
    ? "unable to open database file (SQLITE_CANTOPEN)"
    : error.constructor.name;
};

/** Returns whether a table or a column is missing. */
export const lacksSchema = (error: Error): boolean => SCHEMA.test(error.message);
