/** `migrate`: upgrades the database to the newest schema. */

import { describeFailure, isUnusable } from "../database/failures.ts";
import { grantRights } from "../database/granting.ts";
import { migrateDatabase } from "../database/migrate.ts";
import { migrationUrl } from "../database/migrating.ts";
import { MigrationFailed } from "../database/migration-failed.ts";
import { configureLogging } from "../logging.ts";
import { loadSettings, SettingsError } from "../settings/index.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  name: "migrate",
  help: "Apply all migrations to the database.",
  async run() {
    const settings = loadSettings();
    configureLogging(settings);
    try {
      await migrateDatabase(migrationUrl(settings));
    } catch (error) {
      if (error instanceof SettingsError) {
        throw error;
      }
      console.error(describeMigrationFailure(error));
      return 1;
    }
    console.log("The database schema is up to date.");
    const faults = await grantRights(settings);
    for (const fault of faults) {
      console.error(fault);
    }
    return faults.length > 0 ? 1 : 0;
  },
};

/** Returns which migration failed, and why. */
const describeMigrationFailure = (error: unknown): string => {
  const name = error instanceof MigrationFailed ? `${error.message} ` : "";
  const reason = isUnusable(error) ? describeFailure(error) : String(error);
  return `Migration ${name}failed: ${reason}`;
};
