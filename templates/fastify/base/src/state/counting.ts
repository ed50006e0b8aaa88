/** Counts requests in a moving window, in the memory of this process. */

import type { Rate } from "../settings/rate.ts";

/** The moments of the counted requests of each key, oldest first, by the length of the window. */
export class MemoryCounters {
  // Least recently counted first, so that whatever has expired is found in front.
  readonly #windows = new Map<number, Map<string, number[]>>();
  readonly #clock: () => number;

  /** `clock` returns milliseconds that never go back. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** Counts a request. Returns 0 if it is within the rate, else the seconds to wait. */
  hit(key: string, rate: Rate): number {
    const counters = this.#countersOf(rate);
    const moments = counters.get(key) ?? [];
    const wait = this.#wait(moments, rate);
    if (wait > 0) return wait;
    moments.push(this.#clock());
    counters.delete(key);
    counters.set(key, moments);
    this.#dropExpired(counters, rate);
    return 0;
  }

  /** Returns the result of `hit`, without counting. */
  look(key: string, rate: Rate): number {
    return this.#wait(this.#countersOf(rate).get(key) ?? [], rate);
  }

  /** Resets the count of a key. */
  forget(key: string, rate: Rate): void {
    this.#countersOf(rate).delete(key);
  }

  /** The number of keys that take memory. */
  get size(): number {
    return [...this.#windows.values()].reduce((sum, counters) => sum + counters.size, 0);
  }

  #countersOf(rate: Rate): Map<string, number[]> {
    let counters = this.#windows.get(rate.seconds);
    if (counters === undefined) {
      counters = new Map();
      this.#windows.set(rate.seconds, counters);
    }
    return counters;
  }

  #wait(moments: number[], rate: Rate): number {
    const begin = this.#clock() - rate.seconds * 1000;
    let expired = 0;
    while (expired < moments.length && (moments[expired] ?? 0) <= begin) expired++;
    if (expired > 0) moments.splice(0, expired);
    const oldest = moments.at(-rate.requests);
    return oldest === undefined ? 0 : Math.max(1, Math.ceil((oldest - begin) / 1000));
  }

  #dropExpired(counters: Map<string, number[]>, rate: Rate): void {
    const begin = this.#clock() - rate.seconds * 1000;
    for (const [key, moments] of counters) {
      if ((moments.at(-1) ?? 0) > begin) break;
      counters.delete(key);
    }
  }
}
