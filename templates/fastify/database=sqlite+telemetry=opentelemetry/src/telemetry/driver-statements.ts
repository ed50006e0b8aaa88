/** Traces what the connections to the file send. */

import type { FileClient, Query } from "../database/driver.ts";
import { traceStatement } from "./traced-statements.ts";

/** Traces each statement of a client. */
export const traceDriver = (client: FileClient): void => {
  client.query = traced(client.query);
  client.write = traced(client.write);
};

const traced =
  (query: Query): Query =>
  (text, ...others) =>
    traceStatement(text, () => query(text, ...others));
