/** Plain HTTP, as reported by a trusted proxy. */

import type { onRequestHookHandler } from "fastify";
import { sendProblem } from "../errors.ts";
import type { Settings } from "../settings/index.ts";

const PORT = /:\d+$/;

/**
 * Refuses plain HTTP under `/api/` in production, and redirects pages (ASVS 5.0 V4.1.2).
 *
 * A redirected client would keep sending its password unencrypted without anyone noticing. Probes
 * that reach the service directly, without forwarding headers, are accepted.
 */
export const httpsOnly = ({
  environment,
  trustedProxies,
  rootPath,
}: Settings): onRequestHookHandler => {
  const isActive = environment === "production" && trustedProxies.length > 0;
  return (request, reply, done) => {
    const { scheme, path, host } = request.requestContext;
    if (!isActive || scheme !== "http") {
      done();
    } else if (path.startsWith("/api/")) {
      sendProblem(reply, 403, "The API is served over HTTPS only.");
    } else {
      // The port is the one of plain HTTP.
      reply.redirect(`https://${host.replace(PORT, "")}${rootPath}${request.raw.url ?? ""}`, 308);
    }
  };
};
