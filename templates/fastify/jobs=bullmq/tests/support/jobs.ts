/** Jobs, as the tests wait for them. */

import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { QUEUE } from "../../src/jobs/message.ts";
import { work } from "../../src/jobs/worker.ts";
import type { Resources } from "../../src/resources.ts";

/** Returns the ids of the jobs that are not done yet. */
export const unfinishedJobs = async (
  { jobs, settings }: Resources,
  redis: Redis,
): Promise<string[]> => {
  await jobs.join();
  const keys = ["wait", "active"].map((list) => `${settings.redisKeyPrefix}:${QUEUE}:${list}`);
  const lists = await Promise.all(keys.map((key) => redis.lrange(key, 0, -1)));
  return lists.flat();
};

/** Lets a worker work until every job that was handed over has been done. */
export const finishJobs = async (resources: Resources): Promise<void> => {
  const redis = new Redis(resources.settings.redisUrl.reveal());
  try {
    if ((await unfinishedJobs(resources, redis)).length === 0) return;
    const stop = new AbortController();
    const working = work(resources, stop.signal);
    while ((await unfinishedJobs(resources, redis)).length > 0) await setTimeout(10);
    stop.abort();
    await working;
  } finally {
    redis.disconnect();
  }
};
