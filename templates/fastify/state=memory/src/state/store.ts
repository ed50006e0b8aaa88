/** Counters and cached values, in the memory of this process. */

import type { Settings } from "../settings/index.ts";
import type { Rate } from "../settings/rate.ts";
import { MemoryCounters } from "./counting.ts";
import { Tallies } from "./tallies.ts";

const CAPACITY = 256;

interface Cached {
  readonly value: Buffer;
  readonly expiresAt: number;
}

/** For a single process: several would each count and cache for themselves. */
export class Store {
  readonly #counters = new MemoryCounters();
  readonly #tallies = new Tallies();
  // Least recently used first.
  readonly #cached = new Map<string, Cached>();

  static async open(_settings: Settings, _stack: AsyncDisposableStack): Promise<Store> {
    return new Store();
  }

  /** Counts a request. Returns 0 if it is within the rate, else the seconds to wait. */
  async hit(key: string, rate: Rate): Promise<number> {
    return this.#counters.hit(key, rate);
  }

  /** Returns the result of `hit`, without counting. */
  async look(key: string, rate: Rate): Promise<number> {
    return this.#counters.look(key, rate);
  }

  /** Resets the count. */
  async forget(key: string, rate: Rate): Promise<void> {
    this.#counters.forget(key, rate);
  }

  /** Counts something until `take`, for a time at most. */
  async add(key: string, seconds: number): Promise<void> {
    this.#tallies.add(key, seconds);
  }

  /** Returns how often `add` counted something, and resets the count. */
  async take(key: string): Promise<number> {
    return this.#tallies.take(key);
  }

  /** Returns a cached value; undefined if it is missing or expired. */
  async get(key: string): Promise<Buffer | undefined> {
    const cached = this.#cached.get(key);
    this.#cached.delete(key);
    if (cached === undefined || cached.expiresAt <= performance.now()) return undefined;
    this.#cached.set(key, cached);
    return cached.value;
  }

  /** Caches a value for a time at most; the least recently used are evicted. */
  async set(key: string, value: Buffer, seconds: number): Promise<void> {
    this.#cached.delete(key);
    this.#cached.set(key, { value, expiresAt: performance.now() + seconds * 1000 });
    if (this.#cached.size > CAPACITY) {
      for (const oldest of this.#cached.keys()) {
        this.#cached.delete(oldest);
        break;
      }
    }
  }

  /** Deletes a cached value. */
  async delete(key: string): Promise<void> {
    this.#cached.delete(key);
  }

  /** Succeeds: memory is always available. */
  async ping(): Promise<void> {}
}
