/** The number of waiting jobs in this process. */

import type { Resources } from "../resources.ts";
import type { Series } from "./series.ts";

/** Reports the number of waiting jobs. */
export const lookAtQueue = ({ jobsWaiting }: Series, { jobs }: Resources): void => {
  jobsWaiting.set(jobs.waiting);
};
