/** The connections of the database's own driver, as Kysely and MikroORM use them. */

import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from "kysely";
import { GRAMMAR } from "./grammar.ts";
import { QueryError } from "./query-error.ts";
import { publish } from "./statements.ts";
import { Unreachable } from "./unreachable.ts";

/** A query that is run again and again, under one name. */
export interface NamedQuery<Row = unknown> extends CompiledQuery<Row> {
  readonly name?: string;
}

/** What runs statements; their values are handed over apart from the text. */
interface Runner {
  query(text: string, values: readonly unknown[], name?: string): Promise<QueryResult<unknown>>;
}

/** A pool: whoever cannot have a connection is told so by an `Unreachable`. */
export interface Pool extends Runner {
  begin(): Promise<OpenTransaction>;
}

/** A transaction on a connection, which goes back to its pool at the end. */
interface OpenTransaction extends Runner {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** Returns Kysely's view of a pool. Whoever opened the pool closes it. */
export const dialectOf = (pool: Pool): Dialect => ({
  ...GRAMMAR,
  createDriver: () => new PoolDriver(pool),
});

/** Holds a connection only during a transaction; single statements leave it to the pool. */
class PoolConnection implements DatabaseConnection {
  readonly #pool: Pool;
  #transaction: OpenTransaction | undefined;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async executeQuery<Row>({ sql, parameters, name }: NamedQuery): Promise<QueryResult<Row>> {
    publish(sql);
    const runner = this.#transaction ?? this.#pool;
    const result = await telling(sql, () => runner.query(sql, parameters, name));
    return result as QueryResult<Row>;
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    // A client that reads slowly would hold the connection: exports read page by page.
    throw new Error("rows are read page by page");
  }

  async begin(): Promise<void> {
    this.#transaction = await telling("begin", () => this.#pool.begin());
  }

  async commit(): Promise<void> {
    await telling("commit", async () => this.#ended()?.commit());
  }

  async rollback(): Promise<void> {
    await telling("rollback", async () => this.#ended()?.rollback());
  }

  /** A commit that failed has given the connection back: nothing is left to roll back. */
  #ended(): OpenTransaction | undefined {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    return transaction;
  }
}

class PoolDriver implements Driver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PoolConnection> {
    return new PoolConnection(this.#pool);
  }

  async beginTransaction(connection: PoolConnection): Promise<void> {
    await connection.begin();
  }

  async commitTransaction(connection: PoolConnection): Promise<void> {
    await connection.commit();
  }

  async rollbackTransaction(connection: PoolConnection): Promise<void> {
    await connection.rollback();
  }

  async savepoint(connection: PoolConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint ${name}`));
  }

  async rollbackToSavepoint(connection: PoolConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to savepoint ${name}`));
  }

  async releaseSavepoint(connection: PoolConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release savepoint ${name}`));
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

const telling = async <Result>(text: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Unreachable ? error : new QueryError(text, error);
  }
};
