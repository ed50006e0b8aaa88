/**
 * One connection for the short statements of requests that come at the same time.
 *
 * Each is sent without waiting for the answers to those before it, and the server runs them in
 * order: what is sent together costs fewer system calls, and needs no connection of its own.
 */

import type { PoolClient } from "pg";

// Whoever comes later is not behind a statement that waits, such as for a lock.
const JOINABLE_MILLISECONDS = 50;

/** A connection that was lent; each borrower returns it. */
export interface Lent {
  readonly client: PoolClient;
  release(isLost: boolean): void;
}

export class SharedConnection {
  readonly #connect: () => Promise<PoolClient>;
  #joinable: Sharing | undefined;
  #until = 0;

  constructor(connect: () => Promise<PoolClient>) {
    this.#connect = connect;
  }

  /** Joins those who use the connection, or takes one out of the pool; throws as `connect` does. */
  join(): Promise<Lent> {
    const at = performance.now();
    if (this.#joinable?.isOpen !== true || at >= this.#until) {
      this.#joinable = new Sharing(this.#connect());
      this.#until = at + JOINABLE_MILLISECONDS;
    }
    return this.#joinable.join();
  }
}

/** A connection from when it is taken until the last of its borrowers has returned it. */
class Sharing {
  isOpen = true;
  readonly #connected: Promise<PoolClient>;
  #borrowers = 0;
  #isLost = false;

  constructor(connected: Promise<PoolClient>) {
    this.#connected = connected;
  }

  async join(): Promise<Lent> {
    this.#borrowers++;
    try {
      const client = await this.#connected;
      return { client, release: (isLost) => this.#leave(client, isLost) };
    } catch (error) {
      this.isOpen = false;
      throw error;
    }
  }

  #leave(client: PoolClient, isLost: boolean): void {
    this.#borrowers--;
    this.#isLost ||= isLost;
    if (this.#isLost || this.#borrowers === 0) this.isOpen = false;
    if (this.#borrowers === 0) client.release(this.#isLost);
  }
}
