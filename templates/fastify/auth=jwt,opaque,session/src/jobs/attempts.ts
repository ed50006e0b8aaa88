/** Retries of jobs. */

import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { JOBS, type JobName } from "./registry.ts";

export const ATTEMPTS = 5;
/** How long is waited before the second attempt; each later pause is twice as long. */
export const PAUSES = { firstMilliseconds: 1_000 };

/**
 * Runs a job; retries with growing pauses, and logs an error when all attempts have failed.
 *
 * Throws when `signal` aborts a pause.
 */
export const run = async (
  resources: Resources,
  name: JobName,
  argument: string,
  signal?: AbortSignal,
): Promise<void> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1) {
      await sleep(PAUSES.firstMilliseconds * 2 ** (attempt - 2), undefined, { signal });
    }
    if (await succeeds(resources, name, argument, attempt)) {
      return;
    }
  }
  log.error({ event: "job.lost", job: name, reason: "it failed every time" });
};

const succeeds = async (
  resources: Resources,
  name: JobName,
  argument: string,
  attempt: number,
): Promise<boolean> => {
  try {
    await JOBS[name](resources, argument);
  } catch (error) {
    // A job must not end its worker.
    const kind = error instanceof Error ? error.name : typeof error;
    log.warn({ event: "job.failed", job: name, attempt, error: kind });
    return false;
  }
  return true;
};
