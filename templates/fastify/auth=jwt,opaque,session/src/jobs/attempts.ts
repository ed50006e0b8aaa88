/** Attempts at jobs. */

import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { JOBS, type JobName } from "./registry.ts";

/**
 * Attempts a job for the `number`th time; returns whether it succeeded.
 *
 * It never throws: a job must not end its worker.
 */
export const attempt = async (
  resources: Resources,
  name: JobName,
  argument: string,
  number: number,
): Promise<boolean> => {
  try {
    await JOBS[name](resources, argument);
  } catch (error) {
    // The message may tell the argument.
    const kind = error instanceof Error ? error.name : typeof error;
    log.warn({ event: "job.failed", job: name, attempt: number, error: kind });
    return false;
  }
  return true;
};
