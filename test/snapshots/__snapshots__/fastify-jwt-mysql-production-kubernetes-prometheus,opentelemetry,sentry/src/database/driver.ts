/** The pool of connections to MySQL and MariaDB. */

import type { Duplex } from "node:stream";
import mysql, { type PoolConnection, type QueryOptions } from "mysql2/promise";
import { log } from "../logging.ts";
import type { Settings } from "../settings/index.ts";
import { countGivenBack, countTaken } from "../telemetry/connections.ts";
import { connectionOptions, openConnection, sessionStatements } from "./connection.ts";
import { givenBack } from "./given-back.ts";
import { ServerError } from "./server-error.ts";
import { Unreachable } from "./unreachable.ts";

// How long a connection beyond DATABASE_POOL_SIZE is kept for the next request.
const OVERFLOW_MILLISECONDS = 10_000;
const SLACK_MILLISECONDS = 5_000;

/** Runs a statement; its errors contain no values. */
const query = async (connection: mysql.Connection, options: QueryOptions, values?: unknown) => {
  try {
    return await connection.query(options, values as never);
  } catch (error) {
    throw new ServerError(error);
  }
};

/** A bounded pool: whoever waits too long for a connection, or cannot make one, is told so. */
export class BoundedPool {
  readonly #pool: mysql.Pool;
  readonly #settings: Settings;
  readonly #lent = new Set<Lent>();
  /** When the connections that are ready for use were made. */
  readonly #ready = new WeakMap<object, number>();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#pool = mysql.createPool({
      ...connectionOptions(settings.databaseUrl.reveal()),
      connectionLimit: settings.databasePoolSize + settings.databaseMaxOverflow,
      maxIdle: settings.databasePoolSize,
      idleTimeout: OVERFLOW_MILLISECONDS,
    });
  }

  /** Takes a connection out of the pool; throws `Unreachable`. */
  async getConnection(): Promise<Lent> {
    for (;;) {
      const connection = await this.#take();
      if (await this.#isUsable(connection)) {
        countTaken();
        return this.#lend(connection);
      }
      connection.destroy();
    }
  }

  /** Runs a single statement. */
  async query(options: QueryOptions, values?: unknown) {
    const connection = await this.getConnection();
    try {
      return await connection.query(options, values);
    } finally {
      connection.release();
    }
  }

  /** Closes the pool. Who has a connection for long has lost its client, and must not hold this up. */
  async end(): Promise<void> {
    await givenBack(this.#lent);
    for (const lent of this.#lent) {
      lent.end();
    }
    await givenBack(this.#lent);
    await this.#pool.end();
  }

  #lend(connection: PoolConnection): Lent {
    const milliseconds = this.#settings.requestTimeoutSeconds * 1000;
    const lent = new Lent(connection, milliseconds, () => this.#lent.delete(lent));
    this.#lent.add(lent);
    return lent;
  }

  /** Waits for a connection: the driver itself would wait for ever. */
  async #take(): Promise<PoolConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<PoolConnection>();
    const timer = setTimeout(() => {
      reject(new Unreachable(new Error("no connection came free in time")));
    }, this.#settings.databasePoolTimeout * 1000);
    let isLate = false;
    promise.catch(() => {
      isLate = true;
    });
    this.#pool.getConnection().then(
      (connection) => (isLate ? connection.release() : resolve(connection)),
      (error: unknown) => reject(new Unreachable(new ServerError(error))),
    );
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Prepares a new connection; returns whether an earlier one may be used again. */
  async #isUsable(connection: PoolConnection): Promise<boolean> {
    const made = this.#ready.get(connection.connection);
    if (made !== undefined) {
      return performance.now() - made < this.#settings.databasePoolRecycle * 1000;
    }
    const { requestTimeoutSeconds } = this.#settings;
    const timeout = requestTimeoutSeconds * 1000 + SLACK_MILLISECONDS;
    try {
      for (const sql of sessionStatements(requestTimeoutSeconds)) {
        await query(connection, { sql, timeout });
      }
    } catch (error) {
      connection.destroy();
      throw new Unreachable(error);
    }
    this.#ready.set(connection.connection, performance.now());
    return true;
  }
}

/** A connection of the pool, as long as somebody has it. */
class Lent {
  readonly #connection: PoolConnection;
  readonly #milliseconds: number;
  readonly #onRelease: () => void;
  #isLost = false;

  constructor(connection: PoolConnection, milliseconds: number, onRelease: () => void) {
    this.#connection = connection;
    this.#milliseconds = milliseconds;
    this.#onRelease = onRelease;
  }

  async query(options: QueryOptions, values?: unknown) {
    // A server that has vanished from the network answers nothing at all.
    const timeout = this.#milliseconds + SLACK_MILLISECONDS;
    if (this.#isLost) {
      throw new ServerError(new Error("the connection was lost"));
    }
    try {
      return await query(this.#connection, { ...options, timeout }, values);
    } catch (error) {
      this.#isLost ||= error instanceof ServerError && error.isFatal;
      throw error;
    }
  }

  /** Ends the connection while it is in use. */
  end(): void {
    this.#isLost = true;
    // The driver's own `destroy` leaves the statement without an end.
    const { stream } = this.#connection.connection as unknown as { readonly stream: Duplex };
    stream.destroy(new Error("the service ends"));
  }

  release(): void {
    this.#onRelease();
    countGivenBack();
    if (this.#isLost) {
      log.warn({ event: "database.connection.lost" });
      this.#connection.destroy();
    } else {
      this.#connection.release();
    }
  }
}

/** Opens a connection outside the pool; throws `Unreachable`. */
export const connect = async (url: string): Promise<Owner> => {
  try {
    return new Owner(await openConnection(url));
  } catch (error) {
    throw new Unreachable(new ServerError(error));
  }
};

/** A connection of the owner of the tables. */
export class Owner {
  readonly #connection: mysql.Connection;

  constructor(connection: mysql.Connection) {
    this.#connection = connection;
  }

  async query(options: QueryOptions, values?: unknown) {
    return await query(this.#connection, options, values);
  }

  async end(): Promise<void> {
    await this.#connection.end();
  }
}
