/** Sessions, on which repositories run their statements. */

import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/sql";

/** A reader: single statements, outside a transaction. */
export type Session = SqlEntityManager;

/** A unit of work, which is a session too. */
export type Transaction = SqlEntityManager;

/** The connections of the service, as MikroORM sees them. */
export interface Driver {
  reader(): Session;
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** A connection that may change the schema. */
export interface MigrationSession {
  readonly session: Session;
  /** Runs the statements of a migration, then what notes it in the history. */
  migrate(
    statements: readonly string[],
    applied: (session: Session) => Promise<void>,
  ): Promise<void>;
}

/**
 * Reads what the database has now.
 *
 * Otherwise, what a unit of work has read before would be read again from its memory: a caller that
 * was disabled before the lock was granted would still be active.
 */
export const FRESH = { disableIdentityMap: true } as const;

/** Reads what the database has now, and locks it until the transaction ends. */
export const LOCKED = { ...FRESH, lockMode: LockMode.PESSIMISTIC_WRITE } as const;
