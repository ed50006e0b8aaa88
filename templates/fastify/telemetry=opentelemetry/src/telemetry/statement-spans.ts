/** A span for each SQL statement: what it does to which table, and none of its values. */

import { type Attributes, currentSpan, type Span } from "./tracing.ts";

export const OTHER = "SQL";
const OPERATIONS: ReadonlySet<string> = new Set([
  ...["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"],
  ...["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"],
]);
const TABLE = /\b(?:FROM|INTO|UPDATE)\s+(?:ONLY\s+)?["`]?([A-Za-z_]\w{0,62})/i;
// The statements are the code's own, but for lists of different lengths.
const MOST_KNOWN = 512;

interface Described {
  readonly operation: string;
  readonly table: string | undefined;
}

const known = new Map<string, Described>();

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
  const found = known.get(statement) ?? read(statement);
  if (known.size < MOST_KNOWN) known.set(statement, found);
  return found;
};

const read = (statement: string): Described => {
  const [word = ""] = statement.trimStart().toUpperCase().split(/\W/, 1);
  // The first table stands before whatever is compared or stored.
  return {
    operation: OPERATIONS.has(word) ? word : OTHER,
    table: TABLE.exec(statement)?.[1],
  };
};
