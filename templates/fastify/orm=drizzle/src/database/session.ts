/** Sessions, on which repositories run their statements. */

import type { DriverSession, DriverTransaction } from "./dialect.ts";

/** A reader: single statements, outside a transaction. */
export type Session = DriverSession;

/** A unit of work, which is a session too. */
export type Transaction = DriverTransaction;

/** The connections of the service, as Drizzle sees them. */
export interface Driver {
  reader(): DriverSession;
  transaction<Result>(work: (transaction: DriverTransaction) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** A connection that may change the schema. */
export interface MigrationSession {
  readonly session: DriverSession;
  /** Runs the statements of a migration, then what notes it in the history. */
  migrate(
    statements: readonly string[],
    applied: (session: DriverSession) => Promise<void>,
  ): Promise<void>;
}
