/**
 * Rate limits requests before any work is done for them.
 *
 * A request that ends before its caller is known counts against the client address: a public page,
 * a malformed body, an unknown path, an invalid credential.
 */

import { hash } from "node:crypto";
import type {
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  onSendHookHandler,
} from "fastify";
import { credentialOf } from "../auth/authenticator.ts";
import { AppError, sendError } from "../errors.ts";
import { KnownCallers } from "./known-callers.ts";
import { PROBES } from "./request-context.ts";
import { Visit } from "./visit.ts";

/** Answers 429 over a limit, without reading the body or a query. */
export const admission = (): onRequestHookHandler => {
  const known = new KnownCallers();
  return (request, reply, done) => {
    if (PROBES.has(request.requestContext.path)) {
      done();
      return;
    }
    const credential = credentialOf(request);
    const fingerprint = credential && hash("sha256", credential, "base64url");
    const visit = new Visit(request.server.resources, request.requestContext, fingerprint, known);
    visit.admit().then(
      () => {
        request.visit = visit;
        done();
      },
      (error: unknown) => {
        if (error instanceof AppError) sendError(reply, error);
        else done(error as Error);
      },
    );
  };
};

/** Ends the visit of a request before its answer begins. */
export const dismissal: onSendHookHandler = (
  request: FastifyRequest,
  reply: FastifyReply,
  _payload,
  done,
) => {
  // None for probes, and for what was refused before or by the admission.
  const visit: Visit | undefined = request.visit;
  if (visit === undefined) done();
  else visit.end(reply.statusCode).then(() => done());
};
