/** Work that may run only so many times at once. */

import { Unavailable } from "../errors.ts";

/** Runs at most `atOnce` of its tasks at once; at most `waiting` others wait, further ones fail. */
export class Limit {
  #free: number;
  readonly #most: number;
  readonly #queue: (() => void)[] = [];

  constructor(atOnce: number, waiting: number) {
    this.#free = atOnce;
    this.#most = waiting;
  }

  /** Runs a task when there is room; throws `Unavailable` if too many are waiting. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      await this.#turn();
    }
    try {
      return await task();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) {
        this.#free += 1;
      } else {
        next();
      }
    }
  }

  async #turn(): Promise<void> {
    if (this.#queue.length >= this.#most) {
      throw new Unavailable();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push(resolve);
    await promise;
  }
}
