/** Counters and cached values, in Redis. */

import type { Redis } from "ioredis";
import type { Settings } from "../settings/index.ts";
import type { Rate } from "../settings/rate.ts";
import { Circuit } from "./circuit.ts";
import { connectionTo, inTime } from "./connection.ts";
import { MemoryCounters } from "./counting.ts";
import { Tallies } from "./tallies.ts";
import { inWindow } from "./window.ts";

const SCAN_COUNT = 1_000;

/**
 * Shared by every process of the service.
 *
 * While Redis is unavailable, each process counts for itself and nothing is cached: limits stay in
 * force, and no request fails or waits.
 */
export class Store {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #fallback = new MemoryCounters();
  readonly #tallies = new Tallies();
  readonly #circuit = new Circuit(() => this.#reconnect());

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Opens the store; Redis may start later. */
  static async open(settings: Settings, stack: AsyncDisposableStack): Promise<Store> {
    const redis = stack.adopt(connectionTo(settings.redisUrl.reveal()), (open) =>
      open.disconnect(),
    );
    const store = stack.adopt(new Store(redis, settings.redisKeyPrefix), (open) =>
      open.#circuit.close(),
    );
    await redis.connect().catch((error: unknown) => store.#circuit.open(error));
    return store;
  }

  /** Counts a request. Returns 0 if it is within the rate, else the seconds to wait. */
  async hit(key: string, rate: Rate): Promise<number> {
    const wait = await this.#ask(() => inWindow(this.#redis, this.#counter(key), rate, COUNTING));
    return wait ?? this.#fallback.hit(key, rate);
  }

  /** Returns the result of `hit`, without counting. */
  async look(key: string, rate: Rate): Promise<number> {
    const wait = await this.#ask(() => inWindow(this.#redis, this.#counter(key), rate, LOOKING));
    return wait ?? this.#fallback.look(key, rate);
  }

  /** Resets the count. */
  async forget(key: string, rate: Rate): Promise<void> {
    await this.#ask(() => this.#redis.unlink(this.#counter(key)));
    this.#fallback.forget(key, rate);
  }

  /** Counts something until `take`, for a time at most. */
  async add(key: string, seconds: number): Promise<void> {
    const tally = this.#tally(key);
    const both = () => this.#redis.multi().incr(tally).expire(tally, seconds).exec();
    if ((await this.#ask(both)) === undefined) this.#tallies.add(key, seconds);
  }

  /** Returns how often `add` counted something, and resets the count. */
  async take(key: string): Promise<number> {
    const shared = await this.#ask(() => this.#redis.getdel(this.#tally(key)));
    return Number(shared ?? 0) + this.#tallies.take(key);
  }

  /** Returns a cached value; undefined if it is missing or expired. */
  async get(key: string): Promise<Buffer | undefined> {
    return (await this.#ask(() => this.#redis.getBuffer(this.#cached(key)))) ?? undefined;
  }

  /** Caches a value for a time at most. */
  async set(key: string, value: Buffer, seconds: number): Promise<void> {
    await this.#ask(() => this.#redis.set(this.#cached(key), value, "EX", seconds));
  }

  /** Deletes a cached value. */
  async delete(key: string): Promise<void> {
    await this.#ask(() => this.#redis.unlink(this.#cached(key)));
  }

  /** Writes to Redis; throws if it is unavailable. */
  async ping(): Promise<void> {
    if (this.#circuit.isOpen) throw new Error("Redis is unavailable");
    try {
      await this.#write();
    } catch (error) {
      this.#circuit.open(error);
      throw error;
    }
  }

  async #ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (this.#circuit.isOpen) return undefined;
    try {
      return await inTime(command());
    } catch (error) {
      this.#circuit.open(error);
      return undefined;
    }
  }

  async #write(): Promise<void> {
    // PING would succeed on a full Redis, or on a replica without its primary.
    await inTime(this.#redis.set(`${this.#prefix}:ping`, "", "EX", 1));
  }

  async #reconnect(): Promise<void> {
    await this.#write();
    // Nothing could be deleted during the outage: cached values may be out of date.
    const match = this.#cached("*");
    let cursor: string | undefined;
    while (cursor !== "0") {
      const scan = this.#redis.scan(cursor ?? "0", "MATCH", match, "COUNT", SCAN_COUNT);
      const [next, keys] = await inTime(scan);
      if (keys.length > 0) await inTime(this.#redis.unlink(keys));
      cursor = next;
    }
  }

  #counter(key: string): string {
    return `${this.#prefix}:limits:${key}`;
  }

  #tally(key: string): string {
    return `${this.#prefix}:tallies:${key}`;
  }

  #cached(key: string): string {
    return `${this.#prefix}:cache:${key}`;
  }
}

const COUNTING = { counts: true };
const LOOKING = { counts: false };
