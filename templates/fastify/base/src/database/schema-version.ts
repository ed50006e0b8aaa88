/** Checks whether the schema of the database is that of this release. */

import { readMigrations } from "./migration-files.ts";

/** The schema of the database is out of date: run `migrate`. */
export class OutdatedSchema extends Error {}

let known: ReadonlySet<string> | undefined;

/**
 * Throws `OutdatedSchema` for a database that lacks a migration of this release.
 *
 * An unknown migration belongs to a later release that is being rolled out: this one keeps running
 * until it is replaced.
 */
export const refuseOutdated = (applied: ReadonlySet<string>): void => {
  known ??= new Set(readMigrations().map(({ name }) => name));
  if (!known.isSubsetOf(applied)) {
    throw new OutdatedSchema("the schema of the database is out of date");
  }
};
