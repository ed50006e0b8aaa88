/** A span for each SQL statement: what it does to which table, and none of its values. */

import { type Attributes, currentSpan, type Span } from "./tracing.ts";

export const OTHER = "SQL";
const OPERATIONS: ReadonlySet<string> = new Set([
  ...["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"],
  ...["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"],
]);
const TABLE = /\b(?:FROM|INTO|UPDATE)\s+(?:ONLY\s+)?["`]?([A-Za-z_]\w{0,62})/i;
// Some drivers put the values into the text before they tell of it.
const MOST_READ = 4_096;

interface Described {
  readonly operation: string;
  readonly table: string | undefined;
}

/** Begins the span of a statement; undefined if nothing is traced. */
export const beginStatement = (statement: string): Span | undefined => {
  const work = currentSpan();
  if (work?.isKept !== true) return undefined;
  const { operation, table } = describe(statement);
  const attributes: Attributes = {
    "db.system.name": work.reporter.database,
    "db.operation.name": operation,
    ...(table === undefined ? {} : { "db.collection.name": table }),
  };
  return work.beginCall(table === undefined ? operation : `${operation} ${table}`, attributes);
};

/** Returns the operation of a statement, and its first table. */
export const describe = (statement: string): Described => {
  const begin = statement.slice(0, MOST_READ);
  const [word = ""] = begin.trimStart().toUpperCase().split(/\W/, 1);
  // The first table stands before whatever is compared or stored.
  const table = TABLE.exec(begin)?.[1];
  return {
    operation: OPERATIONS.has(word) ? word : OTHER,
    table: table === undefined ? undefined : copyOf(table),
  };
};

/** Returns a text of its own: a piece of a statement keeps all of it, with its values, in memory. */
const copyOf = (piece: string): string => Buffer.from(piece).toString();
