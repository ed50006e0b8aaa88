/**
 * Refuses requests for hosts that the service does not serve.
 *
 * A forged Host ends up in links and cache keys (OWASP WSTG-INPV-17).
 */

import type { onRequestHookHandler } from "fastify";
import { sendProblem } from "../errors.ts";
import type { Settings } from "../settings/index.ts";
import { inTheClear } from "./https.ts";
import { PROBES } from "./request-context.ts";

// A name or an address, and optionally a port (RFC 9110, 7.2): after any other character, such as a
// slash, an allowed suffix is not part of the host.
const HOST = /^([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$/;
const EMPTY_LABEL = /^\.|\.\.|\.$/;

/**
 * Answers 400 unless the Host is in `ALLOWED_HOSTS`.
 *
 * The health paths accept any host: probes call an address. In the clear they are redirected, and
 * their host becomes part of a URL. Of two Host fields, a proxy may have read the other one (RFC
 * 9112, 3.2): the server joins them with a comma, which is in no host.
 */
export const hosts = (settings: Settings): onRequestHookHandler => {
  const { allowedHosts } = settings;
  const isRedirected = inTheClear(settings);
  const exact = new Set(allowedHosts.filter((host) => !host.startsWith("*")));
  const suffixes = allowedHosts
    .filter((host) => host.startsWith("*."))
    .map((host) => host.slice(1));
  const allowsAny = allowedHosts.includes("*");
  const isAllowed = (host: string): boolean => {
    const name = HOST.exec(host)?.[1];
    if (name === undefined || EMPTY_LABEL.test(name)) return false;
    return allowsAny || exact.has(name) || suffixes.some((suffix) => name.endsWith(suffix));
  };
  return (request, reply, done) => {
    const { host, path } = request.requestContext;
    const isProbe =
      PROBES.has(path) && !host.includes(",") && !isRedirected(request.requestContext);
    if (isProbe || isAllowed(host.toLowerCase())) {
      done();
    } else {
      sendProblem(reply, 400, "This host is not allowed.");
    }
  };
};
