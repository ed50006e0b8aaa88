/** The number of waiting jobs in Redis. */

import type { Resources } from "../resources.ts";
import type { Series } from "./series.ts";

/** Reports the number of waiting jobs; NaN while Redis is unavailable. */
export const lookAtQueue = async ({ jobsWaiting }: Series, { jobs }: Resources): Promise<void> => {
  jobsWaiting.set(await jobs.waiting().catch(() => Number.NaN));
};
