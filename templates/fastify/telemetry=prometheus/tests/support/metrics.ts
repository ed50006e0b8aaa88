/** The metrics of the service under test, as Prometheus reads them. */

import assert from "node:assert/strict";
import { measured } from "../../src/telemetry/metrics.ts";
import type { Scope, Service, ServiceOptions, Variables } from "./service.ts";
import { startService } from "./service.ts";
import { freePort } from "./sockets.ts";

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Starts a service that serves its metrics. */
export const measuredService = async (
  scope: Scope,
  settings: Variables = {},
  options: ServiceOptions = {},
): Promise<Service & { readonly metricsPort: number }> => {
  const metricsPort = await freePort();
  const ports = { METRICS_PORT: String(metricsPort) };
  return { ...(await startService(scope, { ...ports, ...settings }, options)), metricsPort };
};

/** Returns the metrics as text. */
export const exposed = async (): Promise<string> => {
  const series = measured();
  assert.ok(series, "nothing is measured");
  return await series.registry.metrics();
};

/** Returns all samples. */
export const samples = async (): Promise<Sample[]> =>
  (await exposed())
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)];
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])),
        value: Number(value),
      };
    });

/** Adds up the samples of a name that have some labels. */
export const sumOf = async (
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> => {
  const found = (await samples()).filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
  );
  return found.reduce((sum, { value }) => sum + value, 0);
};
