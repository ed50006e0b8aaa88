/** Jobs, as the tests wait for them. */

import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { QUEUE } from "../../src/jobs/message.ts";
import { RETRIES } from "../../src/jobs/queue.ts";
import { work } from "../../src/jobs/worker.ts";
import type { Resources } from "../../src/resources.ts";

const LONGEST_MILLISECONDS = 20_000;

/** Returns the ids of the jobs that are not done yet. */
export const unfinishedJobs = async (
  { jobs, settings }: Resources,
  redis: Redis,
): Promise<string[]> => {
  await jobs.join();
  const keyOf = (name: string): string => `${settings.redisKeyPrefix}:${QUEUE}:${name}`;
  // In one look: between two, a job may have gone from a list that is still to be read.
  const answers = await redis
    .multi()
    .lrange(keyOf("wait"), 0, -1)
    .lrange(keyOf("active"), 0, -1)
    .zrange(keyOf("delayed"), "0", "-1")
    .exec();
  return (answers ?? []).flatMap(([, ids]) => ids as string[]);
};

/** Lets a worker work until every job that was handed over has been done. */
export const finishJobs = async (resources: Resources): Promise<void> => {
  const redis = new Redis(resources.settings.redisUrl.reveal());
  const stop = new AbortController();
  try {
    if ((await unfinishedJobs(resources, redis)).length === 0) return;
    const working = work(resources, stop.signal);
    const deadline = performance.now() + LONGEST_MILLISECONDS;
    while ((await unfinishedJobs(resources, redis)).length > 0) {
      assert.ok(performance.now() < deadline, "jobs are left");
      await setTimeout(10);
    }
    stop.abort();
    await working;
  } finally {
    stop.abort();
    redis.disconnect();
  }
};

/** Has jobs that fail tried again without a pause, of those that are handed over from now on. */
export const retryAtOnce = (): void => {
  RETRIES.firstMilliseconds = 0;
};
