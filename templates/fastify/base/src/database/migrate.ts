/** Brings a database to the newest schema. */

import { withMigrationSession } from "./dialect.ts";
import { appliedMigrations, noteMigration } from "./history.ts";
import { CREATE_HISTORY } from "./migrating.ts";
import { MigrationFailed } from "./migration-failed.ts";
import { type Migration, readMigrations } from "./migration-files.ts";

/** Applies the migrations that the database lacks, one after the other. */
export const migrateDatabase = async (
  url: string,
  release: readonly Migration[] = readMigrations(),
): Promise<void> => {
  await withMigrationSession(url, async ({ session, migrate }) => {
    await migrate([CREATE_HISTORY], async () => undefined);
    const applied = await appliedMigrations(session);
    for (const { name, statements } of release.filter((one) => !applied.has(one.name))) {
      try {
        await migrate(statements, (noting) => noteMigration(noting, name));
      } catch (error) {
        throw new MigrationFailed(name, error);
      }
    }
  });
};
