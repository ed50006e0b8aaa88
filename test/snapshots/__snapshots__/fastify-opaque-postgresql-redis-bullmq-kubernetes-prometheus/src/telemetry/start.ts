/** Starts the telemetry of this process, which ends after all that it observes. */

import type { Resources } from "../resources.ts";
import { serveMetrics } from "./metrics.ts";

/** Reports until the stack is disposed of, as far as the settings say where to. */
export const startTelemetry = async (
  resources: Resources,
  stack: AsyncDisposableStack,
): Promise<void> => {
  await serveMetrics(resources, stack);
};
