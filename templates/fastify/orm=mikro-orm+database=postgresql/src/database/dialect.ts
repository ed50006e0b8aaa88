/** MikroORM with PostgreSQL. */

import type { QueryResult } from "kysely";
import type pg from "pg";
import type { Settings } from "../settings/index.ts";
import { BoundedPool, connect, sqlstate } from "./driver.ts";
import { inTurn } from "./migrating.ts";
import { forkOf, openOrm } from "./orm.ts";
import type { Pool } from "./pool.ts";
import { QueryError } from "./query-error.ts";
import type { Driver, MigrationSession, Session } from "./session.ts";

const UNIQUE_VIOLATION = "23505";
// While a change of the schema waits for a table, all later statements on the table wait as well.
const BOUND_WAITING = "SET LOCAL lock_timeout = '10s'";

/** Opens the bounded pool; the first connection is made when it is needed. */
export const openDriver = (settings: Settings): Driver => {
  const pool = new BoundedPool(settings);
  const orm = openOrm(poolOf(pool));
  return {
    reader: () => forkOf(orm),
    transaction: (work) => forkOf(orm).transactional(work),
    close: () => pool.end(),
  };
};

/** Runs migrations on a connection of their own, under the migration lock. */
export const withMigrationSession = async <Result>(
  url: string,
  work: (session: MigrationSession) => Promise<Result>,
): Promise<Result> =>
  await inTurn(url, async () => {
    const client = await connect(url);
    const orm = openOrm({
      query: async (text, values) => resultOf(await client.query(text, [...values])),
      begin: () => begin(client, () => undefined),
    });
    try {
      return await work({
        session: forkOf(orm),
        // All of a migration is kept, or nothing.
        migrate: (statements, applied) =>
          forkOf(orm).transactional(async (transaction) => {
            await run(transaction, BOUND_WAITING);
            for (const statement of statements) {
              await run(transaction, statement);
            }
            await applied(transaction);
          }),
      });
    } finally {
      await client.end();
    }
  });

/** Runs a statement of our own, without parameters. */
export const run = async (session: Session, statement: string): Promise<void> => {
  await session.execute(statement, [], "run");
};

/** Returns whether a value that must be unique exists already. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof QueryError && sqlstate(error.cause) === UNIQUE_VIOLATION;

const poolOf = (pool: BoundedPool): Pool => ({
  query: async (text, values, name) => resultOf(await pool.query({ text, name }, [...values])),
  begin: async () => {
    const client = await pool.connect();
    return await begin(client, (isLost) => client.release(isLost));
  },
});

/** Begins a transaction; a connection on which it could not be ended is lost. */
const begin = async (
  client: pg.ClientBase,
  release: (isLost: boolean) => void,
): ReturnType<Pool["begin"]> => {
  const bracket = async (statement: string, isEnd: boolean): Promise<void> => {
    try {
      await client.query(statement);
    } catch (error) {
      release(true);
      throw error;
    }
    if (isEnd) {
      release(false);
    }
  };
  await bracket("BEGIN", false);
  return {
    query: async (text, values, name) => resultOf(await client.query({ text, name }, [...values])),
    commit: () => bracket("COMMIT", true),
    rollback: () => bracket("ROLLBACK", true),
  };
};

const resultOf = ({ rows, rowCount }: pg.QueryResult): QueryResult<unknown> => ({
  rows,
  numAffectedRows: BigInt(rowCount ?? 0),
});
