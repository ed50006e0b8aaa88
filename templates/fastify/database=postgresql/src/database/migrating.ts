/** Support for migrations on PostgreSQL. */

import { type Settings, SettingsError } from "../settings/index.ts";
import { connect, sqlstate } from "./driver.ts";

/** Makes the table of the migrations that were applied. */
export const CREATE_HISTORY =
  "CREATE TABLE IF NOT EXISTS schema_migrations " +
  "(name varchar(200) PRIMARY KEY, applied_at timestamp(3) with time zone NOT NULL)";

const TURN_SECONDS = 60;
const LOCK_NOT_AVAILABLE = "55P03";
// Advisory locks are per database. This one ends with its transaction: behind a pooler, a session
// lock would be inherited by the next client of the session.
const TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtext('migrate'))";

/** Returns where to migrate, as the owner of the tables. */
export const migrationUrl = (settings: Settings): string => {
  if (settings.migrationDatabaseUrl !== undefined) {
    return settings.migrationDatabaseUrl.reveal();
  }
  if (settings.databasePooler === "transaction") {
    const fault =
      "is required to migrate: DATABASE_URL leads to a pooler, this has to lead past it";
    throw new SettingsError([`MIGRATION_DATABASE_URL: ${fault}`]);
  }
  return settings.databaseUrl.reveal();
};

/** Holds the migration lock during the work; waits for a running migration. */
export const inTurn = async <Result>(url: string, work: () => Promise<Result>): Promise<Result> => {
  const client = await connect(url);
  try {
    await client.query(
      "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; " +
        `SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '${TURN_SECONDS}s'`,
    );
    try {
      await client.query(TAKE_TURN);
    } catch (error) {
      throw sqlstate(error) === LOCK_NOT_AVAILABLE
        ? new Error("another migration is still running")
        : error;
    }
    return await work();
  } finally {
    await client.end();
  }
};
