/** Starts the telemetry of this process, which ends after all that it observes. */

import type { Resources } from "../resources.ts";
import { traceCommands } from "./command-spans.ts";
import { reportCrashes } from "./crash-reports.ts";
import { traceDriver } from "./driver-statements.ts";
import { serveMetrics } from "./metrics.ts";
import { exportSpans } from "./traces.ts";

/** Reports until the stack is disposed of, as far as the settings say where to. */
export const startTelemetry = async (
  resources: Resources,
  stack: AsyncDisposableStack,
): Promise<void> => {
  await serveMetrics(resources, stack);
  await exportSpans(resources, stack);
  await reportCrashes(resources, stack);
  traceDriver(resources, stack);
  traceCommands(resources, stack);
};
