/** Jobs, as the tests wait for them. */

import type { Resources } from "../../src/resources.ts";

/** Waits until every job that was handed over has been done. */
export const finishJobs = ({ jobs }: Resources): Promise<void> => jobs.join();
