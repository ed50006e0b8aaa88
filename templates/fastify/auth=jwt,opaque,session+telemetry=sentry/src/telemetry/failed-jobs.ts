/** Reports jobs that fail. */

import { report } from "./crash-reports.ts";
import type { JobPart } from "./observe.ts";

/** Reports each failed attempt at a job. */
export const reportFailures: JobPart = (name, job) => async (resources, argument) => {
  try {
    await job(resources, argument);
  } catch (error) {
    if (error instanceof Error) report(error, name);
    throw error;
  }
};
