/** The traces of this process, if OTEL_EXPORTER_OTLP_ENDPOINT says where they go. */

import type { Resources } from "../resources.ts";

/** Traces until the stack is disposed of. */
export const exportSpans = async (
  resources: Resources,
  stack: AsyncDisposableStack,
): Promise<void> => {
  const { tracing, settings } = resources;
  if (settings.otelExporterOtlpEndpoint === "") return;
  // Without an endpoint, the libraries are not even loaded.
  const { openReporter } = await import("./span-export.ts");
  tracing.reporter = openReporter(settings, tracing.database, stack);
  stack.defer(() => {
    tracing.reporter = undefined;
  });
};
