/** Support for migrations on SQLite. */

import type { Settings } from "../settings/index.ts";

/** Makes the table of the migrations that were applied. */
export const CREATE_HISTORY =
  "CREATE TABLE IF NOT EXISTS schema_migrations " +
  "(name text PRIMARY KEY NOT NULL, applied_at integer NOT NULL)";

/** How long a migration waits for another writer. */
export const LOCK_MILLISECONDS = 10_000;

/** Returns where to migrate, as the owner of the tables. */
export const migrationUrl = (settings: Settings): string =>
  (settings.migrationDatabaseUrl ?? settings.databaseUrl).reveal();
