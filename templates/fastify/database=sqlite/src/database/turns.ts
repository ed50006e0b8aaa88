/** Turns: one writer at a time, since SQLite has one write lock. */

import { setTimeout as sleep } from "node:timers/promises";
import { Unreachable } from "./unreachable.ts";

const RETRY_MILLISECONDS = 20;

/** Hands turns out in the order in which they were asked for. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #milliseconds: number;
  #isTaken = false;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Runs the work in its turn; throws `Unreachable` if that does not come in time. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isTaken) {
      await this.#wait();
    }
    this.#isTaken = true;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      this.#isTaken = next !== undefined;
      next?.();
    }
  }

  async #wait(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const begin = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(begin), 1);
      reject(new Unreachable(new Error("another writer has not ended in time")));
    }, this.#milliseconds);
    this.#waiting.push(begin);
    await promise;
  }
}

/**
 * Tries again while another process has the lock, for so many milliseconds.
 *
 * SQLite's own waiting would stop the event loop.
 */
export const untilFree = async <Result>(
  milliseconds: number,
  isBusy: (error: unknown) => boolean,
  attempt: () => Promise<Result>,
): Promise<Result> => {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) {
        throw error;
      }
      await sleep(RETRY_MILLISECONDS);
    }
  }
};
