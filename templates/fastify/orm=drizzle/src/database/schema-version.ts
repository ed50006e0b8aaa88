/** Checks whether the schema of the database is that of this release. */

import { readMigrations } from "./migration-files.ts";
import { migrations } from "./migrations-table.ts";
import type { Session } from "./session.ts";

/** The schema of the database is out of date: run `migrate`. */
export class OutdatedSchema extends Error {}

let known: ReadonlySet<string> | undefined;

/** Names the migrations that were applied to the database. */
export const appliedMigrations = async (session: Session): Promise<ReadonlySet<string>> => {
  const rows = await session.select({ name: migrations.name }).from(migrations);
  return new Set(rows.map((row) => row.name));
};

/**
 * Throws `OutdatedSchema` for a database that lacks a migration of this release.
 *
 * An unknown migration belongs to a later release that is being rolled out: this one keeps running
 * until it is replaced.
 */
export const refuseOutdated = (applied: ReadonlySet<string>): void => {
  known ??= new Set(readMigrations().map(({ name }) => name));
  if (!known.isSubsetOf(applied) && applied.isSubsetOf(known)) {
    throw new OutdatedSchema("the schema of the database is out of date");
  }
};
