/** Cross-origin rules (Fetch standard): the exact origins of `CORS_ORIGINS`, and nothing else. */

import type { onRequestHookHandler } from "fastify";
import { ALLOW_CREDENTIALS, REQUEST_HEADERS } from "../auth/cors.ts";
import { sendProblem } from "../errors.ts";
import type { Settings } from "../settings/index.ts";

const METHODS = ["GET", "POST", "PATCH", "DELETE"];
const REQUEST_HEADERS_OF_ALL = [
  "Accept",
  "Accept-Language",
  "Content-Language",
  "Content-Type",
  "X-Request-ID",
  "traceparent",
];
const RESPONSE_HEADERS = [
  "Content-Disposition",
  "Location",
  "Retry-After",
  "RateLimit",
  "RateLimit-Policy",
  "X-Request-ID",
].join(", ");
const PREFLIGHT_SECONDS = 600;

type Headers = Readonly<Record<string, string>>;

/** CORS headers of responses, only for allowed origins. */
export class CorsHeaders {
  readonly #origins: ReadonlySet<string>;
  readonly #rest: Headers;

  constructor({ corsOrigins }: Settings) {
    this.#origins = new Set(corsOrigins);
    this.#rest = {
      "access-control-expose-headers": RESPONSE_HEADERS,
      // With *, any web site could read what it makes the browser fetch with the user's credentials.
      ...(ALLOW_CREDENTIALS && !this.#allowsAny
        ? { "access-control-allow-credentials": "true" }
        : {}),
    };
  }

  /** Returns whether an origin is allowed. */
  allows(origin: string): boolean {
    return this.#allowsAny || this.#origins.has(origin);
  }

  /** Returns the headers of a response to this origin. */
  of(origin: string | undefined): Headers {
    if (origin === undefined || !this.allows(origin)) return {};
    return { "access-control-allow-origin": this.#allowsAny ? "*" : origin, ...this.#rest };
  }

  get #allowsAny(): boolean {
    return this.#origins.has("*");
  }
}

/** Answers preflight requests. */
export const preflights = (settings: Settings): onRequestHookHandler => {
  const cors = new CorsHeaders(settings);
  // Always the full lists: the browser refuses what is not in them.
  const headers = {
    "access-control-allow-methods": METHODS.join(", "),
    "access-control-allow-headers": [...REQUEST_HEADERS, ...REQUEST_HEADERS_OF_ALL].join(", "),
    "access-control-max-age": String(PREFLIGHT_SECONDS),
  };
  return (request, reply, done) => {
    const { origin } = request.headers;
    const isPreflight =
      request.method === "OPTIONS" &&
      request.headers["access-control-request-method"] !== undefined;
    if (!isPreflight || origin === undefined) {
      done();
    } else if (!cors.allows(origin)) {
      sendProblem(reply, 403, "This origin is not allowed.");
    } else {
      reply.code(204).headers(headers).send();
    }
  };
};
