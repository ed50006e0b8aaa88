/** MikroORM with MySQL and MariaDB. */

import type { QueryResult } from "kysely";
import type { Settings } from "../settings/index.ts";
import { BoundedPool } from "./driver.ts";
import { inTurn, runStatements } from "./migrating.ts";
import { forkOf, openOrm } from "./orm.ts";
import type { Pool } from "./pool.ts";
import { QueryError } from "./query-error.ts";
import { ServerError } from "./server-error.ts";
import type { Driver, MigrationSession, Session } from "./session.ts";

const DUPLICATE = 1062;

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
  await inTurn(url, async (connection) => {
    const session = forkOf(
      openOrm({
        query: async (sql, values) => resultOf(await connection.query({ sql }, values)),
        begin: async () => {
          throw new Error("CREATE and ALTER end a transaction");
        },
      }),
    );
    return await work({
      session,
      migrate: async (statements, applied) => {
        await runStatements(statements, (statement) => run(session, statement));
        await applied(session);
      },
    });
  });

/** Runs a statement of our own, without parameters. */
export const run = async (session: Session, statement: string): Promise<void> => {
  await session.execute(statement, [], "run");
};

/** Returns whether a value that must be unique exists already. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof QueryError &&
  error.cause instanceof ServerError &&
  error.cause.number === DUPLICATE;

const poolOf = (pool: BoundedPool): Pool => ({
  query: async (sql, values) => resultOf(await pool.query({ sql }, values)),
  begin: async () => {
    const connection = await pool.getConnection();
    const bracket = async (sql: string): Promise<void> => {
      try {
        await connection.query({ sql });
      } finally {
        connection.release();
      }
    };
    try {
      await connection.query({ sql: "BEGIN" });
    } catch (error) {
      connection.release();
      throw error;
    }
    return {
      query: async (sql, values) => resultOf(await connection.query({ sql }, values)),
      commit: () => bracket("COMMIT"),
      rollback: () => bracket("ROLLBACK"),
    };
  },
});

const resultOf = ([answer]: readonly [unknown, unknown]): QueryResult<unknown> =>
  Array.isArray(answer)
    ? { rows: answer }
    : { rows: [], numAffectedRows: BigInt((answer as { affectedRows: number }).affectedRows) };
