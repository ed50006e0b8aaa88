/** The metrics of this process, if METRICS_PORT is set. */

import type { Resources } from "../resources.ts";
import { openListener } from "./listener.ts";
import type { Series } from "./series.ts";

let series: Series | undefined;

/** Returns what measures; undefined if nobody can read it. */
export const measured = (): Series | undefined => series;

/** Measures, and serves the metrics on METRICS_HOST and METRICS_PORT, if there is a port. */
export const serveMetrics = async (
  resources: Resources,
  stack: AsyncDisposableStack,
): Promise<void> => {
  const { metricsPort, databasePoolSize, databaseMaxOverflow } = resources.settings;
  if (metricsPort === undefined) return;
  // Without a port, the library is not even loaded.
  const { makeSeries } = await import("./series.ts");
  const made = makeSeries();
  made.mostConnections.set(databasePoolSize + databaseMaxOverflow);
  await openListener(resources, made, metricsPort, stack);
  series = made;
  stack.defer(() => {
    series = undefined;
  });
};
