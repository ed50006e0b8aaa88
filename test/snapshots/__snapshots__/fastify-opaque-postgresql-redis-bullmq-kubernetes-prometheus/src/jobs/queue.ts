/** The queue of jobs that run after the response, in workers that take them from Redis. */

import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { newId } from "../ids.ts";
import { log } from "../logging.ts";
import { FieldCipher } from "../security/encryption.ts";
import type { Settings } from "../settings/index.ts";
import { connectionTo, inTime } from "../state/connection.ts";
import { QUEUE, seal } from "./message.ts";
import type { JobName } from "./registry.ts";
import { Unfinished } from "./unfinished.ts";

export const LIMITS = { capacity: 100_000 };
/** Each pause is twice as long as the one before: they take two hours and a quarter together. */
export const RETRIES = { attempts: 14, firstMilliseconds: 1_000 };
const KEPT_EVENTS = 1_000;

/** Hands jobs over to the workers. */
export class Jobs extends Unfinished {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #cipher: FieldCipher;
  #queue: Queue<string> | undefined;

  constructor(redis: Redis, { redisKeyPrefix, fieldEncryptionKeys }: Settings) {
    super();
    this.#redis = redis;
    this.#prefix = redisKeyPrefix;
    this.#cipher = new FieldCipher(fieldEncryptionKeys);
  }

  /** Opens the queue; Redis may start later. At the end, waits until every job is in Redis. */
  static async open(settings: Settings, stack: AsyncDisposableStack): Promise<Jobs> {
    const redis = stack.adopt(connectionTo(settings.redisUrl.reveal()), (open) =>
      open.disconnect(),
    );
    await redis.connect().catch(() => {});
    return stack.adopt(new Jobs(redis, settings), (jobs) => jobs.join());
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
      const queue = this.#open();
      if ((await inTime(queue.count())) < LIMITS.capacity) {
        await inTime(queue.add(name, sealed, { jobId, ...retries() }));
      } else {
        log.error({ event: "job.refused", job: name, reason: "the queue is full" });
      }
    } catch (error) {
      const kind = error instanceof Error ? error.name : typeof error;
      log.error({ event: "job.refused", job: name, reason: "Redis is away", error: kind });
    }
  }

  #open(): Queue<string> {
    // Else it would keep jobs, and requests that wait for them, until Redis is back.
    if (this.#redis.status !== "ready") throw new Unconnected();
    this.#queue ??= this.#make();
    return this.#queue;
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

class Unconnected extends Error {
  override readonly name = "Unconnected";
}
