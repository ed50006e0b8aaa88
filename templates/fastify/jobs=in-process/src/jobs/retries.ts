/** Retries of jobs, as long as the process lives. */

import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { attempt } from "./attempts.ts";
import type { JobName } from "./registry.ts";

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
  for (let number = 1; number <= ATTEMPTS; number++) {
    if (number > 1) {
      await sleep(PAUSES.firstMilliseconds * 2 ** (number - 2), undefined, { signal });
    }
    if (await attempt(resources, name, argument, number)) {
      return;
    }
  }
  log.error({ event: "job.lost", job: name, reason: "it failed every time" });
};
