/** A span for each request, by the template of its route. */

import { namingTrace } from "./problem-trace.ts";
import type { Observer } from "./requests.ts";
import { parentOfRequest } from "./trace-parents.ts";

const OTHER = "_OTHER";

/**
 * Traces a request.
 *
 * Of it, a span has the method, the template of the route and the status: no path, query, header or
 * address, which are the client's text and hold ids and secrets (CWE-532).
 */
export const traceRequest: Observer = ({ requestContext, raw, server }) => {
  const { tracing } = server.resources;
  const span = tracing.beginRequest(requestContext, parentOfRequest(raw));
  if (span === undefined) return undefined;
  requestContext.shape = namingTrace(span.traceId, requestContext.shape);
  return ({ method, route, status, error }) => {
    const verb = method ?? "HTTP";
    span.name = route === null ? verb : `${verb} ${route}`;
    span.attributes = {
      "http.request.method": method ?? OTHER,
      "http.response.status_code": status,
      ...(route === null ? {} : { "http.route": route }),
    };
    if (status >= 500) span.fail(error);
    span.end();
  };
};
