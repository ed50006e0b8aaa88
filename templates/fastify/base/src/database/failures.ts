/** Database errors: which ones are outages, and what operators are told of them. */

import { MigrationFailed } from "./migration-failed.ts";
import { QueryError } from "./query-error.ts";
import { lacksSchema, passes, reasonOf } from "./reasons.ts";
import { OutdatedSchema } from "./schema-version.ts";
import { Unreachable } from "./unreachable.ts";

/** Returns whether the database cannot be reached, or cannot answer for now. */
export const isUnavailable = (error: unknown): boolean => {
  const chain = [...chainOf(error)];
  return (
    chain.some((link) => link instanceof Unreachable) ||
    (chain.some((link) => link instanceof QueryError) && passes(origin(chain)))
  );
};

/** Returns whether the database cannot be used: it is away, refuses the service or lacks tables. */
export const isUnusable = (error: unknown): boolean =>
  error instanceof OutdatedSchema ||
  [...chainOf(error)].some((link) => link instanceof Unreachable || link instanceof QueryError);

/** Returns whether `migrate` would help. */
export const needsMigration = (error: unknown): boolean =>
  error instanceof OutdatedSchema || lacksSchema(origin([...chainOf(error)]));

/** Returns the database's message and the statement, without values. */
export const describeFailure = (error: unknown): string => {
  const chain = [...chainOf(error)];
  const said = reasonOf(origin(chain));
  const failed = chain.find((link) => link instanceof QueryError);
  return failed === undefined
    ? said
    : `${said}; statement: ${failed.query.trim().split(/\s+/).join(" ")}`;
};

/** Returns the error of the driver or the socket, which the others are around. */
const origin = (chain: readonly Error[]): Error =>
  chain.find((link) => !isWrapper(link)) ?? new Error("the database cannot be used");

const isWrapper = (link: Error): boolean =>
  link instanceof QueryError || link instanceof Unreachable || link instanceof MigrationFailed;

function* chainOf(error: unknown): Generator<Error> {
  for (let link = error; link instanceof Error; link = link.cause) {
    yield link;
  }
}
