/** MikroORM with SQLite. */

import type { QueryResult } from "kysely";
import type { Settings } from "../settings/index.ts";
import { FileClient, isUnique, type Result } from "./driver.ts";
import { LOCK_MILLISECONDS } from "./migrating.ts";
import { forkOf, openOrm } from "./orm.ts";
import type { Pool } from "./pool.ts";
import { QueryError } from "./query-error.ts";
import type { Driver, MigrationSession, Session } from "./session.ts";

/** Opens the file when it is needed. One writer at a time: others wait. */
export const openDriver = (settings: Settings): Driver => {
  const client = new FileClient(settings.databaseUrl.reveal(), {
    waitMilliseconds: settings.databasePoolTimeout * 1000,
  });
  const orm = openOrm(poolOf(client));
  return {
    reader: () => forkOf(orm),
    transaction: (work) => client.inTurn(() => forkOf(orm).transactional(work)),
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
  const orm = openOrm(poolOf(client));
  try {
    return await forkOf(orm).transactional((transaction) =>
      work({
        session: transaction,
        migrate: async (statements, applied) => {
          for (const statement of statements) {
            await run(transaction, statement);
          }
          await applied(transaction);
        },
      }),
    );
  } finally {
    await client.close();
  }
};

/** Runs a statement of our own, without parameters. */
export const run = async (session: Session, statement: string): Promise<void> => {
  await session.execute(statement, [], "run");
};

/** Returns whether a value that must be unique exists already. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof QueryError && isUnique(error.cause);

const poolOf = (client: FileClient): Pool => {
  // SQLite has ended it already after some errors.
  const rollback = async () => void (await client.write("ROLLBACK", []).catch(() => undefined));
  return {
    query: async (text, values) => resultOf(await client.query(text, asStored(values))),
    begin: async () => {
      // The write lock is taken at once: writers wait for each other instead of failing halfway.
      await client.write("BEGIN IMMEDIATE", []);
      return {
        query: async (text, values) => resultOf(await client.write(text, asStored(values))),
        commit: async () => {
          try {
            await client.write("COMMIT", []);
          } catch (error) {
            await rollback();
            throw error;
          }
        },
        rollback,
      };
    },
  };
};

/** SQLite has no type for times and truth: MikroORM reads them from numbers. */
const asStored = (values: readonly unknown[]): unknown[] =>
  values.map((value) =>
    value instanceof Date || typeof value === "boolean" ? Number(value) : value,
  );

const resultOf = ({ rows, changes }: Result): QueryResult<unknown> => ({
  rows,
  numAffectedRows: BigInt(changes),
});
