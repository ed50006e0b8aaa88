/** Connections to PostgreSQL. */

import pg from "pg";
import { log } from "../logging.ts";
import type { Settings } from "../settings/index.ts";
import { clientConfig } from "./connection.ts";
import { givenBack } from "./given-back.ts";
import { type Lent, SharedConnection } from "./shared-connection.ts";
import { Unreachable } from "./unreachable.ts";

const CONNECT_MILLISECONDS = 5_000;
// How long a connection beyond DATABASE_POOL_SIZE is kept for the next request.
const OVERFLOW_MILLISECONDS = 10_000;
// SQLSTATE classes of transient errors: lost connection, transaction rollback, insufficient
// resources, operator intervention.
const PASSING = new Set(["08", "40", "53", "57"]);

/** A bounded pool: whoever waits too long for a connection, or cannot make one, is told so. */
export class BoundedPool {
  readonly #pool: pg.Pool;
  readonly #shared: SharedConnection | undefined;
  readonly #inUse = new Set<pg.Client>();

  constructor(settings: Settings) {
    const isPooled = settings.databasePooler === "transaction";
    const milliseconds = settings.requestTimeoutSeconds * 1000;
    this.#pool = new pg.Pool({
      // A pooler refuses parameters of a session.
      ...(isPooled ? {} : sessionLimits(milliseconds)),
      ...clientConfig(settings.databaseUrl.reveal()),
      // A server that has vanished from the network answers nothing at all.
      query_timeout: milliseconds + CONNECT_MILLISECONDS,
      Client: isPooled ? UnnamedClient : pg.Client,
      max: settings.databasePoolSize + settings.databaseMaxOverflow,
      min: settings.databasePoolSize,
      idleTimeoutMillis: OVERFLOW_MILLISECONDS,
      connectionTimeoutMillis: settings.databasePoolTimeout * 1000,
      maxLifetimeSeconds: settings.databasePoolRecycle,
      pipeline: !isPooled,
    });
    this.#shared = isPooled ? undefined : new SharedConnection(() => this.connect());
    this.#pool.on("acquire", (client) => this.#inUse.add(client));
    this.#pool.on("release", (_error, client) => this.#inUse.delete(client));
    // Without a listener, a connection that is lost would end the process: one in use, whose
    // statement fails as well, and an idle one.
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
    this.#pool.on("error", (error) => {
      log.warn({ event: "database.connection.lost", error: sqlstate(error) || error.name });
    });
  }

  /** Takes a connection out of the pool; throws `Unreachable`. */
  async connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw new Unreachable(error);
    }
  }

  /** Runs a single statement. Those with a name are short, and share a connection. */
  async query(config: pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
    const shared = config.name === undefined ? undefined : this.#shared;
    const lent: Lent = await (shared === undefined ? this.#lend() : shared.join());
    let isBroken = false;
    try {
      return await lent.client.query(config, values);
    } catch (error) {
      isBroken = isLost(error);
      throw error;
    } finally {
      lent.release(isBroken);
    }
  }

  /** Closes the pool. Who has a connection for long has lost its client, and must not hold this up. */
  async end(): Promise<void> {
    await givenBack(this.#inUse);
    for (const client of this.#inUse) {
      // The driver's own `end` waits for the statement.
      (client as unknown as { connection: pg.Connection }).connection.stream.destroy();
    }
    await this.#pool.end();
  }

  async #lend(): Promise<Lent> {
    const client = await this.connect();
    return { client, release: (isLost) => client.release(isLost) };
  }
}

/** Prepared statements are state of the server session, which a pooler gives to others. */
class UnnamedClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (...given: unknown[]) => unknown;
    Object.assign(this, {
      query: (first: unknown, ...others: unknown[]) =>
        query(isNamed(first) ? { ...first, name: undefined } : first, ...others),
    });
  }
}

const isNamed = (query: unknown): query is { readonly name: string } =>
  typeof query === "object" && query !== null && "name" in query && "text" in query;

/** A statement must not outlive its request, nor a transaction one that has vanished. */
const sessionLimits = (milliseconds: number): pg.ClientConfig => ({
  statement_timeout: milliseconds,
  idle_in_transaction_session_timeout: milliseconds,
});

/** Opens a connection outside the pool, with a timeout; throws `Unreachable`. */
export const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({
    ...clientConfig(url),
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
  });
  // What is lost in between shows in the next statement.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new Unreachable(error);
  }
  return client;
};

/** Returns the SQLSTATE of an error; empty if there is none. */
export const sqlstate = (error: unknown): string =>
  error instanceof pg.DatabaseError ? (error.code ?? "") : "";

/** Returns whether the connection is of no use any more: it ended, or the server is ending it. */
const isLost = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) || /^(08|57P)/.test(sqlstate(error));

/** Tells an outage from a mistake: all errors but the server's are of the connection. */
export const passes = (error: Error): boolean =>
  error instanceof pg.DatabaseError
    ? PASSING.has(sqlstate(error).slice(0, 2))
    : error.constructor === Error || "syscall" in error;
