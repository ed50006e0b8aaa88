/** Plain HTTP, as reported by a trusted proxy. */

import type { onRequestHookHandler } from "fastify";
import { sendProblem } from "../errors.ts";
import type { Settings } from "../settings/index.ts";
import type { RequestContext } from "./request-context.ts";

const PORT = /:\d+$/;

/** Returns a function that tells whether a request came in the clear where that is not served. */
export const inTheClear = ({ environment, trustedProxies }: Settings) => {
  const isActive = environment === "production" && trustedProxies.length > 0;
  return ({ scheme }: RequestContext): boolean => isActive && scheme === "http";
};

/**
 * Refuses plain HTTP under `/api/` in production, and redirects pages (ASVS 5.0 V4.1.2).
 *
 * A redirected client would keep sending its secret unencrypted without anyone noticing. Probes
 * that reach the service directly, without forwarding headers, are accepted.
 */
export const httpsOnly = (settings: Settings): onRequestHookHandler => {
  const isRefused = inTheClear(settings);
  return (request, reply, done) => {
    const { path, host } = request.requestContext;
    if (!isRefused(request.requestContext)) {
      done();
    } else if (path.startsWith("/api/")) {
      sendProblem(reply, 403, "The API is served over HTTPS only.");
    } else {
      // The port is the one of plain HTTP.
      const target = `${settings.rootPath}${request.raw.url ?? ""}`;
      reply.redirect(`https://${host.replace(PORT, "")}${target}`, 308);
    }
  };
};
