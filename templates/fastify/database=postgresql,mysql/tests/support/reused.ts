/** Databases that serve one test after another: emptying one takes less time than making one. */

import type { TestDatabase } from "./database.ts";

interface Kept {
  readonly database: TestDatabase;
  readonly schema: unknown;
}

export class ReusedDatabases {
  readonly #make: () => Promise<TestDatabase>;
  readonly #empty: (database: TestDatabase) => Promise<unknown>;
  readonly #free: Kept[] = [];
  #isOver = false;

  /** `empty` deletes all rows, and tells schemas, their rights and their history apart. */
  constructor(
    make: () => Promise<TestDatabase>,
    empty: (database: TestDatabase) => Promise<unknown>,
  ) {
    this.#make = make;
    this.#empty = empty;
  }

  /** Returns a database; once dropped, it serves another test, unless its schema has changed. */
  async take(): Promise<TestDatabase> {
    const kept = this.#free.pop() ?? (await this.#another());
    const { database, schema } = kept;
    let isDropped = false;
    return {
      ...database,
      drop: async () => {
        if (isDropped) return;
        isDropped = true;
        if (!this.#isOver && (await this.#empty(database)) === schema) this.#free.push(kept);
        else await database.drop();
      },
    };
  }

  /** Drops those that are free. A service of a whole file is closed after this. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#free.map(({ database }) => database.drop()));
  }

  async #another(): Promise<Kept> {
    const database = await this.#make();
    return { database, schema: await this.#empty(database) };
  }
}
