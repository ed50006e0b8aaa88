/** Traces what the connections of the pool send. */

import type { Pool, PoolClient } from "pg";
import { traceStatement } from "./traced-statements.ts";

/** Traces each statement on the connections of a pool. */
export const traceDriver = (pool: Pool): void => {
  pool.on("connect", traceClient);
};

const traceClient = (client: PoolClient): void => {
  const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
  Object.assign(client, {
    query: (first: unknown, ...others: unknown[]) =>
      traceStatement(textOf(first), () => query(first, ...others)),
  });
};

const textOf = (query: unknown): string =>
  typeof query === "object" && query !== null && "text" in query
    ? String(query.text)
    : String(query);
