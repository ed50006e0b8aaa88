/** The connection pool, with transactions and readers. */

import { currentRequest } from "../security/request-context.ts";
import type { Settings } from "../settings/index.ts";
import { committed } from "./commits.ts";
import { openDriver } from "./dialect.ts";
import { appliedMigrations } from "./history.ts";
import { refuseOutdated } from "./schema-version.ts";
import type { Driver, Session, Transaction } from "./session.ts";
import { logStatements } from "./statements.ts";

/** The request of a transaction has been answered: nothing of it is kept. */
class Expired extends Error {}

/**
 * The service's database.
 *
 * `transaction` is a unit of work, committed or rolled back as a whole. `reader` is for single
 * read-only statements, without the round trips that begin and end a transaction.
 */
export class Database {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Keeps the pool open until the stack is disposed of. */
  static async open(settings: Settings, stack: AsyncDisposableStack): Promise<Database> {
    if (settings.debug) {
      stack.defer(logStatements());
    }
    const driver = openDriver(settings);
    stack.defer(() => driver.close());
    return new Database(driver);
  }

  /** Commits at the end of the work, or rolls back if it throws. */
  async transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    let begun: Transaction | undefined;
    const result = await this.#driver.transaction(async (transaction) => {
      begun = transaction;
      const result = await work(transaction);
      // Its client was told that the request has failed, and will repeat it.
      if (currentRequest()?.isExpired) {
        throw new Expired();
      }
      return result;
    });
    if (begun !== undefined) {
      committed(begun);
    }
    return result;
  }

  /** Reads without a transaction: each statement takes a connection for itself. */
  async reader<Result>(work: (reader: Session) => Promise<Result>): Promise<Result> {
    return await work(this.#driver.reader());
  }

  /** Makes one round trip; throws `OutdatedSchema` before `migrate`. */
  async ping(): Promise<void> {
    refuseOutdated(await appliedMigrations(this.#driver.reader()));
  }
}
