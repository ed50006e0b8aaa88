/** The reasons of MySQL and network errors. */

import { whyUnreachable } from "./reaching.ts";
import { ServerError } from "./server-error.ts";

// No such table; no such column.
const SCHEMA = new Set([1146, 1054]);

/** Tells an outage from a mistake. */
export const passes = (error: Error): boolean => error instanceof ServerError && error.passes;

/** Returns the server's message; `ServerError` has removed the values. */
export const reasonOf = (error: Error): string => {
  if (!(error instanceof ServerError)) {
    return whyUnreachable(error);
  }
  return error.number > 0
    ? `${error.message} (error ${error.number})`
    : `the server cannot be reached: ${error.message || error.code}`;
};

/** Returns whether a table or a column is missing. */
export const lacksSchema = (error: Error): boolean =>
  error instanceof ServerError && SCHEMA.has(error.number);
