/** The queue of jobs that run after the response, in workers that take them from Redis. */

import { setTimeout as sleep } from "node:timers/promises";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { newId } from "../ids.ts";
import { log } from "../logging.ts";
import { FieldCipher } from "../security/encryption.ts";
import type { Settings } from "../settings/index.ts";
import { connectionTo, inTime } from "../state/connection.ts";
import { QUEUE, seal, TooLong } from "./message.ts";
import type { JobName } from "./registry.ts";
import { replyOf } from "./reply.ts";
import { Unfinished } from "./unfinished.ts";

/** How many jobs wait in Redis, and how many in this process for a Redis that takes them. */
export const LIMITS = { capacity: 100_000, offered: 1_000 };
/** How long a job is offered: longer than it takes to replace a connection that has gone silent. */
export const OFFERS = { milliseconds: 10_000, pauseMilliseconds: 250 };
/** Each pause is twice as long as the one before: they take two hours and a quarter together. */
export const RETRIES = { attempts: 14, firstMilliseconds: 1_000 };
const KEPT_EVENTS = 1_000;

/** Hands jobs over to the workers. */
export class Jobs extends Unfinished {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #cipher: FieldCipher;
  readonly #stop = new AbortController();
  #offered = 0;
  #queue: Queue<string> | undefined;

  constructor(redis: Redis, { redisKeyPrefix, fieldEncryptionKeys }: Settings) {
    super();
    this.#redis = redis;
    this.#prefix = redisKeyPrefix;
    this.#cipher = new FieldCipher(fieldEncryptionKeys);
  }

  /** Opens the queue; Redis may start later. At the end, each job is offered once more at most. */
  static async open(settings: Settings, stack: AsyncDisposableStack): Promise<Jobs> {
    const redis = stack.adopt(connectionTo(settings.redisUrl.reveal()), (open) =>
      open.disconnect(),
    );
    await redis.connect().catch(() => {});
    return stack.adopt(new Jobs(redis, settings), (jobs) => jobs.#close());
  }

  /** Enqueues a job of `jobs/registry.ts`. Never waits, so it delays no response. */
  async enqueue(name: JobName, argument: string): Promise<void> {
    this.begin();
    this.#send(name, argument).finally(() => this.finish());
  }

  /** Returns how many jobs wait; throws if Redis is unavailable. */
  async waiting(): Promise<number> {
    return inTime(this.#open().count());
  }

  async #send(name: JobName, argument: string): Promise<void> {
    const jobId = newId();
    try {
      const sealed = seal(this.#cipher, jobId, { name, argument });
      await this.#offer(() => this.#add(jobId, name, sealed));
    } catch (error) {
      log.error({ event: "job.refused", job: name, ...reasonOf(error) });
    }
  }

  /** Offers a job again for a while: a Redis that is replaced by another one costs none. */
  async #offer(add: () => Promise<void>): Promise<void> {
    const end = performance.now() + OFFERS.milliseconds;
    this.#offered += 1;
    try {
      while (this.#offered <= LIMITS.offered && performance.now() < end) {
        try {
          return await add();
        } catch {
          await sleep(OFFERS.pauseMilliseconds, undefined, { signal: this.#stop.signal });
        }
      }
    } catch {
      // The service stops: this is the last time.
    } finally {
      this.#offered -= 1;
    }
    await add();
  }

  async #add(jobId: string, name: JobName, sealed: string): Promise<void> {
    const queue = this.#open();
    if ((await inTime(queue.count())) < LIMITS.capacity) {
      // Known by its id, so that one whose answer was lost is not added twice.
      await inTime(queue.add(name, sealed, { jobId, ...retries() }));
    } else {
      log.error({ event: "job.refused", job: name, reason: "the queue is full" });
    }
  }

  #open(): Queue<string> {
    // Else it would keep jobs, and requests that wait for them, until Redis is back.
    if (this.#redis.status !== "ready") throw new Unconnected();
    this.#queue ??= this.#make();
    return this.#queue;
  }

  async #close(): Promise<void> {
    this.#stop.abort();
    await this.join();
  }

  #make(): Queue<string> {
    const queue = new Queue<string>(QUEUE, {
      connection: this.#redis,
      prefix: this.#prefix,
      skipVersionCheck: true,
      streams: { events: { maxLen: KEPT_EVENTS } },
    });
    // Whoever hands a job over learns of it by the command that fails.
    queue.on("error", () => {});
    return queue;
  }
}

const retries = () => ({
  attempts: RETRIES.attempts,
  backoff: { type: "exponential", delay: RETRIES.firstMilliseconds },
});

const reasonOf = (error: unknown) => {
  if (error instanceof TooLong) return { reason: "its argument is too long" };
  const reply = replyOf(Object(error));
  if (reply !== undefined) return { reason: "Redis refuses it", reply };
  return { reason: "Redis did not answer", error: Object(error).name };
};

class Unconnected extends Error {
  override readonly name = "Unconnected";
}
