/** Queries that are run on every request, and take no longer than finding a row does. */

import type { CompiledQuery } from "kysely";
import type { NamedQuery } from "./pool.ts";
import type { Session } from "./session.ts";

/**
 * Compiles a query once: on every request, that would cost more than running it.
 * `name` is for a driver that keeps prepared statements.
 *
 * What is given to it are its parameters, in their order; all else is written with `sql.lit`.
 */
export const prepared = <Given extends readonly unknown[], Row>(
  name: string,
  build: (session: Session, ...given: Given) => { compile(): CompiledQuery<Row> },
) => {
  let known: CompiledQuery<Row> | undefined;
  return async (session: Session, ...given: Given): Promise<Row | undefined> => {
    known ??= compiled(build(session, ...given), given);
    const query: NamedQuery<Row> = { ...known, name, parameters: given };
    return (await session.getKysely<object>().executeQuery<Row>(query)).rows[0];
  };
};

const compiled = <Row>(
  query: { compile(): CompiledQuery<Row> },
  given: readonly unknown[],
): CompiledQuery<Row> => {
  const compiledQuery = query.compile();
  const { parameters } = compiledQuery;
  if (parameters.length !== given.length || parameters.some((value, at) => value !== given[at])) {
    throw new Error("a prepared query has other parameters than it is given");
  }
  return compiledQuery;
};
