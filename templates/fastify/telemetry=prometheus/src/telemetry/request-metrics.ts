/** Rate, errors and duration of requests, by the template of their route. */

import { measured } from "./metrics.ts";
import type { Observer } from "./requests.ts";

export const UNMATCHED = "unmatched";
export const OTHER = "other";

/** Measures a request. */
export const measureRequest: Observer = () => {
  const series = measured();
  if (series === undefined) return undefined;
  series.activeRequests.inc();
  return ({ method, route, status, seconds }) => {
    series.activeRequests.dec();
    // Never the path, which is client input and contains ids.
    series.requests.observe(
      { method: method ?? OTHER, route: route ?? UNMATCHED, status },
      seconds,
    );
  };
};
