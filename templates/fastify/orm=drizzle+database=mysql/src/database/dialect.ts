/** Drizzle with MySQL and MariaDB. */

import { sql } from "drizzle-orm";
import type { MySqlAsyncDatabase, MySqlAsyncTransaction } from "drizzle-orm/mysql-core";
import { drizzle, type MySql2QueryResultHKT } from "drizzle-orm/mysql2";
import type { Connection, Pool } from "mysql2/promise";
import type { Settings } from "../settings/index.ts";
import { BoundedPool } from "./driver.ts";
import { inTurn, runStatements } from "./migrating.ts";
import { ServerError } from "./server-error.ts";
import type { Driver, MigrationSession } from "./session.ts";
import { publisher } from "./statements.ts";

export type DriverSession = MySqlAsyncDatabase<MySql2QueryResultHKT>;
export type DriverTransaction = MySqlAsyncTransaction<MySql2QueryResultHKT>;

const DUPLICATE = 1062;

/** Opens the bounded pool; the first connection is made when it is needed. */
export const openDriver = (settings: Settings): Driver => {
  const pool = new BoundedPool(settings);
  // Drizzle uses what `BoundedPool` has of the driver's own.
  const session = drizzle({ client: pool as unknown as Pool, logger: publisher });
  return {
    reader: () => session,
    transaction: (work) => session.transaction(work),
    close: () => pool.end(),
  };
};

/** Runs migrations on a connection of their own, under the migration lock. */
export const withMigrationSession = async <Result>(
  url: string,
  work: (session: MigrationSession) => Promise<Result>,
): Promise<Result> =>
  await inTurn(url, async (connection) => {
    const session = drizzle({ client: connection as unknown as Connection });
    return await work({
      session,
      migrate: async (statements, applied) => {
        await runStatements(statements, (statement) => run(session, statement));
        await applied(session);
      },
    });
  });

/** Locks the rows of a query until the transaction ends. */
export const locked = <Query extends { for(strength: "update"): unknown }>(query: Query): Query => {
  query.for("update");
  return query;
};

/** Returns how many rows a statement has changed. */
export const affected = ([result]: readonly [
  { readonly affectedRows: number },
  ...unknown[],
]): number => result.affectedRows;

/** Runs a statement of our own, without parameters. */
export const run = async (session: DriverSession, statement: string): Promise<void> => {
  await session.execute(sql.raw(statement));
};

/** Returns whether a value that must be unique exists already. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof ServerError && error.cause.number === DUPLICATE;
