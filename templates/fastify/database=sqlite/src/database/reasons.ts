/** The reasons of SQLite errors. */

import { isOfFile } from "./driver.ts";

export { passes } from "./driver.ts";

const SCHEMA = /no such (table|column)|table \S+ has no column/;

/** Returns SQLite's message, which contains no values. */
export const reasonOf = (error: Error): string =>
  isOfFile(error) ? `${error.message} (SQLite's ${error.errcode})` : error.constructor.name;

/** Returns whether a table or a column is missing. */
export const lacksSchema = (error: Error): boolean => SCHEMA.test(error.message);
