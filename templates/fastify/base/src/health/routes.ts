/** Probes for an orchestrator. They reveal no versions, hosts or error messages. */

import { Type } from "../json-schema.ts";
import type { Routes } from "../routing.ts";
import { oneOf, output } from "../schemas.ts";
import { STATES, type States } from "./readiness.ts";

const Liveness = Type.Object(
  { status: Type.Unsafe<"ok">({ const: "ok" }) },
  { additionalProperties: false },
);
const ReadinessOut = output("ReadinessOut", {
  status: oneOf(STATES),
  checks: Type.Unsafe<States>({ type: "object", additionalProperties: oneOf(STATES) }),
});

export const healthRoutes: Routes = async (app) => {
  app.get(
    "/health/live",
    {
      config: { errors: [] },
      schema: {
        operationId: "checkLiveness",
        tags: ["health"],
        summary: "Check liveness",
        description: "The process answers; nothing else is touched.",
        response: { 200: Liveness },
      },
    },
    async () => ({ status: "ok" as const }),
  );

  app.get(
    "/health/ready",
    {
      config: { errors: [] },
      schema: {
        operationId: "checkReadiness",
        tags: ["health"],
        summary: "Check readiness",
        description: "The service takes requests, and what it depends on is within reach.",
        response: { 200: ReadinessOut, 503: ReadinessOut },
      },
    },
    async (_request, reply) => {
      const checks = await app.readiness.states();
      const isReady = !app.stopping && Object.values(checks).every((state) => state === "ok");
      return reply
        .code(isReady ? 200 : 503)
        .send({ status: isReady ? "ok" : "unavailable", checks });
    },
  );
};
