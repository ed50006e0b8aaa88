/** A span for each attempt at a job, in the trace of the request that made the job. */

import { carriedBy } from "./job-parents.ts";
import type { JobPart } from "./observe.ts";

/** Traces each attempt at a job. */
export const traceAttempt: JobPart = (name, job) => async (resources, argument) => {
  const { parent, rest } = carriedBy(argument);
  await resources.tracing.run(`job ${name}`, "consumer", parent, () => job(resources, rest));
};
