/** Drizzle with SQLite. */

import type { Client, ResultSet } from "@libsql/client/sqlite3";
import { type EmptyRelations, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/libsql/sqlite3";
import type { SQLiteAsyncDatabase, SQLiteAsyncTransaction } from "drizzle-orm/sqlite-core";
import type { Settings } from "../settings/index.ts";
import { FileClient, isUnique } from "./driver.ts";
import { LOCK_MILLISECONDS } from "./migrating.ts";
import type { Driver, MigrationSession } from "./session.ts";
import { publisher } from "./statements.ts";

export type DriverSession = SQLiteAsyncDatabase<"async", ResultSet, EmptyRelations>;
export type DriverTransaction = SQLiteAsyncTransaction<"async", ResultSet, EmptyRelations>;

/** Opens the file when it is needed. One writer at a time: others wait. */
export const openDriver = (settings: Settings): Driver => {
  const client = new FileClient(settings.databaseUrl.reveal(), {
    readers: settings.databasePoolSize + settings.databaseMaxOverflow,
    waitMilliseconds: settings.databasePoolTimeout * 1000,
  });
  const session = drizzle({ client: asDriven(client), logger: publisher });
  return {
    reader: () => session,
    transaction: (work) =>
      client.inTurn(() => session.transaction(work, { behavior: "immediate" })),
    close: () => client.close(),
  };
};

/** Runs migrations in one transaction, which waits for other writers: all are kept, or none. */
export const withMigrationSession = async <Result>(
  url: string,
  work: (session: MigrationSession) => Promise<Result>,
): Promise<Result> => {
  const client = new FileClient(url, {
    readers: 1,
    waitMilliseconds: LOCK_MILLISECONDS,
    // Rebuilding a table would delete the rows that refer to it.
    foreignKeys: false,
  });
  const session = drizzle({ client: asDriven(client) });
  try {
    return await session.transaction(
      (transaction) =>
        work({
          session: transaction,
          migrate: async (statements, applied) => {
            for (const statement of statements) {
              await run(transaction, statement);
            }
            await applied(transaction);
          },
        }),
      { behavior: "immediate" },
    );
  } finally {
    await client.close();
  }
};

/** A transaction has the write lock of the whole file: no row needs another. */
export const locked = <Query>(query: Query): Query => query;

/** Returns how many rows a statement has changed. */
export const affected = (result: ResultSet): number => result.rowsAffected;

/** Runs a statement of our own, without parameters. */
export const run = async (session: DriverSession, statement: string): Promise<void> => {
  await session.run(sql.raw(statement));
};

/** Returns whether a value that must be unique exists already. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && isUnique(error.cause);

/** Drizzle uses what `FileClient` has of the driver's own. */
const asDriven = (client: FileClient): Client => client as unknown as Client;
