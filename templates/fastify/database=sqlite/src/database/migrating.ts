/** Support for migrations on SQLite. */

import type { Settings } from "../settings/index.ts";

/** How long a migration waits for another writer. */
export const LOCK_MILLISECONDS = 10_000;

/** Returns where to migrate, as the owner of the tables. */
export const migrationUrl = (settings: Settings): string =>
  (settings.migrationDatabaseUrl ?? settings.databaseUrl).reveal();
