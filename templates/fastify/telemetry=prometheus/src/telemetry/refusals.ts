/** Requests that rate limits refuse, by the name of the limit. */

import { measured } from "./metrics.ts";

/** Counts a refusal. The client is not a label: there would be a series per client. */
export const countRefusal = (limit: string): void => {
  measured()?.refusals.inc({ limit });
};
