/** The trace in problem documents. */

import type { ProblemShape } from "../errors.ts";
import { Type } from "../json-schema.ts";

/** The member that names the trace. */
export const TraceId = Type.Optional(
  Type.String({
    pattern: "^[0-9a-f]{32}$",
    maxLength: 32,
    description: "Id of the trace, where requests are traced.",
  }),
);

/** Names a trace in the problems of a request, in the shape that its client reads. */
export const namingTrace =
  (traceId: string, shape: ProblemShape): ProblemShape =>
  (problem) =>
    shape({ ...problem, trace_id: traceId });
