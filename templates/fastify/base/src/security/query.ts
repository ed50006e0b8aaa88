/** Strict query parameters. */

import type { onRequestHookHandler } from "fastify";
import { BadRequest } from "../errors.ts";
import { pairsOf } from "./urlencoded.ts";

/** A query that cannot be read; the schema of the route does not see it. */
const UNREADABLE = Symbol("unreadable");

/**
 * Parses a query for the router.
 *
 * Of a repeated parameter, a proxy may have read the other value (CWE-235): all of its values are
 * kept in a list, which no schema takes.
 */
export const parseQuery = (text: string): Record<string, unknown> => {
  const query: Record<string | symbol, unknown> = Object.create(null);
  if (text === "") return query;
  const pairs = pairsOf(text);
  if (pairs === undefined || pairs === "too many") {
    query[UNREADABLE] = pairs ?? "malformed";
    return query;
  }
  for (const [name, value] of pairs) {
    query[name] = name in query ? [query[name], value].flat() : value;
  }
  return query;
};

/** Refuses a query that cannot be read. */
export const readableQueries: onRequestHookHandler = (request, _reply, done) => {
  const fault = (request.query as Readonly<Record<symbol, unknown>>)[UNREADABLE];
  if (fault === undefined) done();
  else if (fault === "too many") done(new BadRequest("The query has too many parameters."));
  else done(new BadRequest("The query is malformed."));
};
