/** Measures jobs. */

import { measured } from "./metrics.ts";
import type { JobPart } from "./observe.ts";

/** Measures each attempt at a job. */
export const timeJob: JobPart = (name, job) => async (resources, argument) => {
  const end = measured()?.jobs.startTimer({ job_name: name });
  let outcome = "failed";
  try {
    await job(resources, argument);
    outcome = "succeeded";
  } finally {
    end?.({ outcome });
  }
};
