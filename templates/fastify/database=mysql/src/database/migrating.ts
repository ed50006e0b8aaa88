/** Support for migrations on MySQL and MariaDB. */

import { log } from "../logging.ts";
import type { Settings } from "../settings/index.ts";
import { connect, type Owner } from "./driver.ts";
import { ServerError } from "./server-error.ts";

/** Makes the table of the migrations that were applied. */
export const CREATE_HISTORY =
  "CREATE TABLE IF NOT EXISTS schema_migrations " +
  "(name varchar(200) PRIMARY KEY, applied_at datetime(3) NOT NULL)";

const TURN_SECONDS = 60;
// Like the name of a database, the name of a lock has at most 64 characters.
const TAKE_TURN = "SELECT GET_LOCK(MD5(CONCAT('migrate ', DATABASE())), ?) AS taken";
// Text is compared byte by byte. With other defaults of the database, `a = 'A'`, `a = 'á'` or
// `a = 'a '` would be equal, and one account could be mistaken for another. MariaDB runs only the
// first comment, MySQL only the second.
const TABLE_OPTIONS =
  "CHARACTER SET utf8mb4 " +
  "/*M! COLLATE utf8mb4_nopad_bin */ /*!80017 COLLATE utf8mb4_0900_bin */ ENGINE=InnoDB";
const CREATES_TABLE = /^\s*CREATE TABLE\b/i;

/** Returns where to migrate, as the owner of the tables. */
export const migrationUrl = (settings: Settings): string =>
  (settings.migrationDatabaseUrl ?? settings.databaseUrl).reveal();

/** Opens a connection for migrations; waits until that of another migration is closed. */
export const inTurn = async <Result>(
  url: string,
  work: (connection: Owner) => Promise<Result>,
): Promise<Result> => {
  const connection = await connect(url);
  try {
    const [rows] = await connection.query({ sql: TAKE_TURN, rowsAsArray: true }, [TURN_SECONDS]);
    if (JSON.stringify(rows) !== "[[1]]") {
      throw new Error("another migration is still running");
    }
    return await work(connection);
  } finally {
    await connection.end();
  }
};

/** Runs the statements of a migration one by one. */
export const runStatements = async (
  statements: readonly string[],
  run: (statement: string) => Promise<void>,
): Promise<void> => {
  for (const statement of statements) {
    await run(withTableOptions(statement)).catch((error: unknown) => {
      tellWhatIsLeft(statement, error);
      throw error;
    });
  }
};

/** CREATE and ALTER cannot be rolled back. */
const tellWhatIsLeft = (statement: string, error: unknown): void => {
  log.error({
    event: "migration.failed",
    error: error instanceof Error && error.cause instanceof ServerError ? error.cause.message : "",
    statement,
    hint: "What the migration had done before stays. Undo it, then migrate again.",
  });
};

/** Returns a statement whose new table compares text as it should. */
const withTableOptions = (statement: string): string =>
  CREATES_TABLE.test(statement) ? `${statement.replace(/;\s*$/, "")} ${TABLE_OPTIONS}` : statement;
