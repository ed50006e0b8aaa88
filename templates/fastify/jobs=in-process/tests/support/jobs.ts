/** Jobs, as the tests wait for them. */

import { PAUSES } from "../../src/jobs/retries.ts";
import type { Resources } from "../../src/resources.ts";

/** Waits until every job that was handed over has been done. */
export const finishJobs = ({ jobs }: Resources): Promise<void> => jobs.join();

/** Has jobs that fail tried again without a pause. */
export const retryAtOnce = (): void => {
  PAUSES.firstMilliseconds = 0;
};
