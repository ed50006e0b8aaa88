/**
 * The series of the metrics.
 *
 * No label has a value that callers can choose: each new value would be a series that stays in
 * memory (CWE-770), and it might be an address or a token.
 */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { hashingSeries } from "./hashing-series.ts";
import { jobSeries } from "./job-series.ts";
import { processSeries } from "./process-series.ts";

export type Series = ReturnType<typeof makeSeries>;

/** Makes the series of a process. */
export const makeSeries = () => {
  // Not the library's global registry, to which any package may add.
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: "http_server_request_duration_seconds",
      help: "Time from a request to the end of its response.",
      labelNames: ["method", "route", "status"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    activeRequests: new Gauge({
      name: "http_server_active_requests",
      help: "Requests that are being answered.",
      registers,
    }),
    refusals: new Counter({
      name: "rate_limit_refusals_total",
      help: "Requests refused by a rate limit.",
      labelNames: ["limit"],
      registers,
    }),
    dependencies: new Gauge({
      name: "dependency_up",
      help: "1 while a dependency of readiness can be used, else 0.",
      labelNames: ["dependency"],
      registers,
    }),
    connections: new Gauge({
      name: "database_connections_in_use",
      help: "Connections taken from the pool.",
      registers,
    }),
    mostConnections: new Gauge({
      name: "database_connections_max",
      help: "Connections that the pool may open.",
      registers,
    }),
    ...processSeries(registers),
    ...hashingSeries(registers),
    ...jobSeries(registers),
  };
};
