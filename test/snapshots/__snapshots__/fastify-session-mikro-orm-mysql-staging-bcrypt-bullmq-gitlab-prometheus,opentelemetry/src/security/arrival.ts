/**
 * The first hook: request id, security headers and the access log.
 *
 * Its headers are on every response, also on those of the hooks behind it. Without CORS headers, a
 * page could not read an error response and would see a network error.
 */

import { randomUUID } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { log } from "../logging.ts";
import { takeTurn } from "../server.ts";
import type { Settings } from "../settings/index.ts";
import { traceOf } from "../telemetry/tracing.ts";
import { callerOf } from "./client-address.ts";
import { CorsHeaders } from "./cors.ts";
import { securityHeaders } from "./headers.ts";
import { loggedAddress } from "./logged-address.ts";
import { routeOf, statusOf } from "./outcome.ts";
import { PROBES, RequestContext, runInRequest } from "./request-context.ts";

const MAX_LOGGED_PATH = 100;
// A free-form id could forge log lines or be used to smuggle data into them.
const ACCEPTED_REQUEST_ID = /^[A-Za-z0-9-]{8,64}$/;

/** Begins a request; `work` goes on with it. */
export type Arrival = (request: FastifyRequest, reply: FastifyReply, work: () => void) => void;

export const arrival = (settings: Settings): Arrival => {
  const caller = callerOf(settings.trustedProxies);
  const logged = loggedAddress(settings);
  const cors = new CorsHeaders(settings);
  const headers = Object.fromEntries(securityHeaders(settings, { plain: false }));
  const plainHeaders = Object.fromEntries(securityHeaders(settings, { plain: true }));

  return (request, reply, work) => {
    const started = performance.now();
    const { raw } = request;
    const turn = takeTurn(raw.socket, reply.raw);
    if (turn === undefined) {
      raw.socket.destroy();
      return;
    }
    const who = caller(raw);
    const context = new RequestContext(
      requestIdOf(raw.headers["x-request-id"]),
      pathOf(raw.url ?? ""),
      who,
      logged(who.address),
    );
    request.requestContext = context;
    reply.headers(who.scheme === "http" ? plainHeaders : headers);
    reply.headers(cors.of(raw.headers.origin));
    reply.header("x-request-id", context.id);
    if (context.path.startsWith("/api/")) reply.header("cache-control", "no-store");
    reply.raw.on("close", () => logRequest(request, reply, context, started));
    turn(() => runInRequest(context, work));
  };
};

const requestIdOf = (given: string | string[] | undefined): string =>
  typeof given === "string" && ACCEPTED_REQUEST_ID.test(given) ? given : randomUUID();

/** Returns the path as the router reads it: an encoded slash or other delimiter stays encoded. */
const pathOf = (url: string): string => {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  if (!path.includes("%")) return path;
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
};

/** Cuts a path between segments: half of a secret would not be known for one. */
const shortened = (path: string): string => {
  if (path.length <= MAX_LOGGED_PATH) return path;
  return `${path.slice(0, path.lastIndexOf("/", MAX_LOGGED_PATH) + 1)}[cut]`;
};

const logRequest = (
  request: FastifyRequest,
  reply: FastifyReply,
  context: RequestContext,
  started: number,
): void => {
  const status = statusOf(reply);
  // Probes come every few seconds: only failures are logged.
  if (status === 200 && PROBES.has(context.path)) return;
  const route = routeOf(request);
  log.info({
    channel: "access",
    event: "request",
    request_id: context.id,
    client_address: context.loggedAddress,
    method: request.method,
    route,
    // A raw path may contain ids and is client input: it is logged, truncated and without its
    // query, only if there is no route template.
    ...(route === null ? { path: shortened(context.path) } : {}),
    status,
    duration_ms: Math.round((performance.now() - started) * 10) / 10,
    principal_id: context.principalId,
    ...traceOf(context),
  });
};
