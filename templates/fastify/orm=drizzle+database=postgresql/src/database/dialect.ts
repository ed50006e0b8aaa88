/** Drizzle with PostgreSQL. */

import { sql } from "drizzle-orm";
import { drizzle, type NodePgQueryResultHKT } from "drizzle-orm/node-postgres";
import type { PgAsyncDatabase, PgAsyncTransaction } from "drizzle-orm/pg-core";
import type { Pool } from "pg";
import type { Settings } from "../settings/index.ts";
import { BoundedPool, connect, sqlstate } from "./driver.ts";
import { inTurn } from "./migrating.ts";
import type { Driver, MigrationSession } from "./session.ts";
import { publisher } from "./statements.ts";

export type DriverSession = PgAsyncDatabase<NodePgQueryResultHKT>;
export type DriverTransaction = PgAsyncTransaction<NodePgQueryResultHKT>;

const UNIQUE_VIOLATION = "23505";
// While a change of the schema waits for a table, all later statements on the table wait as well.
const BOUND_WAITING = "SET LOCAL lock_timeout = '10s'";

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
  await inTurn(url, async () => {
    const client = await connect(url);
    try {
      const session = drizzle({ client });
      return await work({
        session,
        // All of a migration is kept, or nothing.
        migrate: (statements, applied) =>
          session.transaction(async (transaction) => {
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

/** Locks the rows of a query until the transaction ends. */
export const locked = <Query extends { for(strength: "update"): unknown }>(query: Query): Query => {
  query.for("update");
  return query;
};

/** Returns how many rows a statement has changed. */
export const affected = (result: { readonly rowCount: number | null }): number =>
  result.rowCount ?? 0;

/** Runs a statement of our own, without parameters. */
export const run = async (session: DriverSession, statement: string): Promise<void> => {
  await session.execute(sql.raw(statement));
};

/** Returns whether a value that must be unique exists already. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && sqlstate(error.cause) === UNIQUE_VIOLATION;
