/** Drizzle with SQLite. */

import { type EmptyRelations, sql } from "drizzle-orm";
import { nodeSQLiteCodecs } from "drizzle-orm/node-sqlite";
import type { SQLiteAsyncDatabase, SQLiteAsyncTransaction } from "drizzle-orm/sqlite-core";
import { drizzle, type SqliteProxyExecutors } from "drizzle-orm/sqlite-proxy";
import type { Settings } from "../settings/index.ts";
import { FileClient, isUnique, type Query, type Result } from "./driver.ts";
import { LOCK_MILLISECONDS } from "./migrating.ts";
import type { Driver, MigrationSession } from "./session.ts";
import { publisher } from "./statements.ts";

export type DriverSession = SQLiteAsyncDatabase<"async", Result, EmptyRelations>;
export type DriverTransaction = SQLiteAsyncTransaction<"async", Result, EmptyRelations>;

// The write lock is taken at once: writers wait for each other instead of failing halfway.
const WRITING = { behavior: "immediate" } as const;

/** Opens the file when it is needed. One writer at a time: others wait. */
export const openDriver = (settings: Settings): Driver => {
  const client = new FileClient(settings.databaseUrl.reveal(), {
    waitMilliseconds: settings.databasePoolTimeout * 1000,
  });
  const reader = sessionOn(client.query);
  const writer = sessionOn(client.write);
  return {
    reader: () => reader,
    transaction: (work) => client.inTurn(() => writer.transaction(work, WRITING)),
    close: () => client.close(),
  };
};

/** Runs migrations in one transaction, which waits for other writers: all are kept, or none. */
export const withMigrationSession = async <Result>(
  url: string,
  work: (session: MigrationSession) => Promise<Result>,
): Promise<Result> => {
  const client = new FileClient(url, {
    waitMilliseconds: LOCK_MILLISECONDS,
    // Rebuilding a table would delete the rows that refer to it.
    foreignKeys: false,
  });
  try {
    return await sessionOn(client.write).transaction(
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
      WRITING,
    );
  } finally {
    await client.close();
  }
};

/** A transaction has the write lock of the whole file: no row needs another. */
export const locked = <Query>(query: Query): Query => query;

/** Returns how many rows a statement has changed. */
export const affected = (result: Result): number => result.changes;

/** Runs a statement of our own, without parameters. */
export const run = async (session: DriverSession, statement: string): Promise<void> => {
  await session.run(sql.raw(statement));
};

/** Returns whether a value that must be unique exists already. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && isUnique(error.cause);

// Drizzle's own driver for node:sqlite commits before asynchronous work has ended.
const sessionOn = (query: Query): DriverSession =>
  drizzle(executorsOf(query), { codecs: nodeSQLiteCodecs, logger: publisher });

const executorsOf = (query: Query): SqliteProxyExecutors<Result> => ({
  // The rows are of the mode that is asked for, which the type of the result does not say.
  all: async (text, values, rowMode) => (await query(text, values, rowMode)).rows as never,
  get: async (text, values, rowMode) => (await query(text, values, rowMode)).rows[0] as never,
  run: query,
});
