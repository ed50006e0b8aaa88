/** What telemetry learns of each request but the probes, which would distort its statistics. */

import type { FastifyRequest } from "fastify";
import type { Arrival } from "../security/arrival.ts";
import { routeOf, statusOf } from "../security/outcome.ts";
import { PROBES } from "../security/request-context.ts";
import { reportCrash } from "./crash-reports.ts";
import { crashOf } from "./crashes.ts";
import { measureRequest } from "./request-metrics.ts";
import { traceRequest } from "./request-spans.ts";

/** How a request ended. Nothing of it is text of the client. */
interface Outcome {
  /** GET for HEAD; undefined for a method that no route has. */
  readonly method: string | undefined;
  /** The template of the route; null if there is none. */
  readonly route: string | null;
  readonly status: number;
  readonly seconds: number;
  /** The unexpected error with which it ended. */
  readonly error: Error | undefined;
}

/** Observes a request that begins; returns what observes its end. */
export type Observer = (request: FastifyRequest) => ((outcome: Outcome) => void) | undefined;

const OBSERVERS: readonly Observer[] = [measureRequest, traceRequest, reportCrash];
// A method is whatever a client makes up (RFC 9110, 9.1).
const METHODS: ReadonlyMap<string, string> = new Map([
  ...["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map((name) => [name, name] as const),
  ["HEAD", "GET"],
]);

// The service and the framework wait for the end of an answer, too. Node takes more than ten
// listeners for a leak, and says so beside the log.
const MAX_LISTENERS = 20;

/** Observes the requests that arrive. */
export const observed =
  (arrive: Arrival): Arrival =>
  (request, reply, work) => {
    const begun = performance.now();
    arrive(request, reply, () => {
      const isProbe = PROBES.has(request.requestContext.path);
      const ends = isProbe ? [] : OBSERVERS.flatMap((observe) => observe(request) ?? []);
      reply.raw.setMaxListeners(MAX_LISTENERS);
      reply.raw.once("close", () => {
        const error = crashOf(request);
        const outcome = {
          method: METHODS.get(request.method),
          route: routeOf(request),
          status: error === undefined ? statusOf(reply) : 500,
          seconds: (performance.now() - begun) / 1000,
          error,
        };
        for (const end of ends) end(outcome);
      });
      work();
    });
  };
