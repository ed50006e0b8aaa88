/** Runs the jobs that wait in Redis. */

import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Job, Worker } from "bullmq";
import { Redis } from "ioredis";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { UnknownKeyError } from "../security/encryption.ts";
import type { Settings } from "../settings/index.ts";
import { isReadOnly } from "../state/connection.ts";
import { attempt } from "./attempts.ts";
import { NotAJob, open, QUEUE } from "./message.ts";
import { RETRIES } from "./queue.ts";
import { replyOf } from "./reply.ts";

const WORKERS = 10;
export const DRAINING = { milliseconds: 10_000 };
/** A job whose worker gives no sign of life for so long has lost it. */
export const ABANDONED = { milliseconds: 30_000 };
/** A job that has crashed so many workers would crash all of them. */
export const MOST_DELIVERIES = 3;
/** How long a worker takes no job after Redis could not hand one out. */
export const REST = { milliseconds: 1_000 };
/** A connection that says nothing for so long is replaced: longer than a worker waits for a job. */
export const SILENCE = { milliseconds: 15_000 };
const RECONNECT_MILLISECONDS = 1_000;
const MOST_REMEMBERED = 10_000;

/**
 * Runs jobs until `stop` aborts; then finishes the current ones within `DRAINING`.
 *
 * A job that fails waits in Redis for its next attempt, and is removed when it has succeeded or all of
 * them have failed. If its worker dies or loses Redis before that, another one runs it again: it may
 * run twice.
 */
export const work = async (resources: Resources, stop: AbortSignal): Promise<void> => {
  const late = new AbortController();
  const redis = connection(resources.settings, late.signal);
  const succeeded = new Succeeded();
  const worker = new StoppableWorker(QUEUE, (job) => runSealed(resources, job, succeeded), {
    connection: redis,
    prefix: resources.settings.redisKeyPrefix,
    skipVersionCheck: true,
    concurrency: WORKERS,
    lockDuration: ABANDONED.milliseconds,
    stalledInterval: ABANDONED.milliseconds,
    maxStalledCount: MOST_DELIVERIES - 1,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  worker.on("completed", (job) => succeeded.forget(job));
  worker.on("failed", (job, error) => {
    if (!(error instanceof Failed)) lose("every worker that took it ended");
    else if (job?.finishedOn !== undefined) lose("it failed every time", error.job);
  });
  worker.on("error", (error) => {
    if (redis.status !== "ready" || worker.isPaused()) return;
    log.error({ event: "queue.failed", error: error.name, reply: replyOf(error) });
    dropUnreadable(worker, redis).catch(() => {});
    rest(worker, stop).catch(() => {});
  });
  if (!stop.aborted) await once(stop, "abort");
  await worker.pause(true);
  await Promise.race([worker.close(), sleep(DRAINING.milliseconds, undefined, { ref: false })]);
  // What still runs stays in Redis: without a connection, it can be neither finished nor failed.
  redis.disconnect();
  await worker.abandon();
  late.abort();
};

class StoppableWorker extends Worker<unknown, void> {
  /** Claims the jobs that still run no longer; else they would keep the process. */
  abandon(): Promise<void> {
    return this.lockManager.close();
  }
}

/** Takes no job for a while: Redis, when it hands none out, would be asked thousands of times a second. */
const rest = async (worker: Worker, stop: AbortSignal): Promise<void> => {
  await worker.pause(true);
  await sleep(REST.milliseconds, undefined, { ref: false });
  if (!stop.aborted) await worker.resume();
};

/** Returns a client that waits for a lost Redis until `late` aborts, as does BullMQ's copy of it. */
const connection = ({ redisUrl }: Settings, late: AbortSignal): Redis => {
  const redis = new Redis(redisUrl.reveal(), {
    maxRetriesPerRequest: null,
    retryStrategy: () => (late.aborted ? null : RECONNECT_MILLISECONDS),
    reconnectOnError: isReadOnly,
    socketTimeout: SILENCE.milliseconds,
  });
  let isLost = false;
  redis.on("error", () => {});
  redis.on("reconnecting", () => {
    if (!isLost) log.error({ event: "queue.lost" });
    isLost = true;
  });
  redis.on("ready", () => {
    if (isLost) log.warn({ event: "queue.recovered" });
    isLost = false;
  });
  return redis;
};

/** An attempt failed. BullMQ keeps its message in Redis, which is not to tell what the job is given. */
class Failed extends Error {
  readonly job: string;

  constructor(job: string) {
    super("the attempt failed");
    this.job = job;
  }
}

/**
 * The jobs that have succeeded, until Redis knows it.
 *
 * A full one lets no worker keep a job for longer than `ABANDONED`, and hands it out once more.
 */
class Succeeded {
  readonly #ids = new Set<string>();

  add({ id = "" }: Job<unknown>): void {
    this.#ids.add(id);
    if (this.#ids.size <= MOST_REMEMBERED) return;
    const [oldest] = this.#ids;
    if (oldest !== undefined) this.#ids.delete(oldest);
  }

  has({ id = "" }: Job<unknown>): boolean {
    return this.#ids.has(id);
  }

  forget({ id = "" }: Job<unknown>): void {
    this.#ids.delete(id);
  }
}

const runSealed = async (
  resources: Resources,
  job: Job<unknown>,
  succeeded: Succeeded,
): Promise<void> => {
  try {
    const { name, argument } = open(resources.cipher, job);
    if (succeeded.has(job)) return;
    if (!(await attempt(resources, name, argument, job.attemptsMade + 1))) throw new Failed(name);
    succeeded.add(job);
  } catch (error) {
    if (error instanceof UnknownKeyError) wait(job);
    else if (error instanceof NotAJob) lose(error.message);
    else throw error;
  }
};

/** Has a job tried again whose key may reach this worker later than the service: while keys rotate. */
const wait = ({ name, attemptsMade }: Job<unknown>): void => {
  const number = attemptsMade + 1;
  // Whoever writes to Redis makes the other bounds.
  if (number >= RETRIES.attempts) {
    lose("its key is unknown", name);
    return;
  }
  log.warn({ event: "job.failed", job: name, attempt: number, error: UnknownKeyError.name });
  throw new Failed(name);
};

/** Drops jobs that BullMQ cannot parse: it would take them again and again. */
const dropUnreadable = async (worker: Worker, redis: Redis): Promise<void> => {
  const active = worker.toKey("active");
  for (const id of await redis.lrange(active, 0, -1)) {
    try {
      await Job.fromId(worker, id);
    } catch {
      if ((await redis.lrem(active, 0, id)) > 0) {
        await redis.unlink(worker.toKey(id), worker.toKey(`${id}:lock`));
        lose("it cannot be read");
      }
    }
  }
};

const lose = (reason: string, job?: string): void => {
  log.error({ event: "job.lost", job, reason });
};
