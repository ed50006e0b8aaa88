/** Turns every error into a problem document. */

import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { CHALLENGE } from "./auth/authenticator.ts";
import { isUnavailable } from "./database/failures.ts";
import {
  AppError,
  BadRequest,
  ContentTooLarge,
  Crashed,
  sendError,
  Unavailable,
  UnsupportedMediaType,
} from "./errors.ts";
import { log } from "./logging.ts";
import { JSON_TYPE } from "./security/media-types.ts";
import { mediaTypeOf } from "./security/parsing.ts";
import { noteCrash } from "./telemetry/crashes.ts";

/** Answers a request that failed. */
export const handleError = (
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const known = error instanceof AppError ? error : ofFramework(error, request);
  if (known !== undefined) return sendKnown(known, request, reply);
  if (isUnavailable(error)) {
    log.error({ event: "database.unavailable", err: error });
    return sendError(reply, new Unavailable());
  }
  log.error({ event: "request.crashed", err: error });
  noteCrash(request, error);
  return sendError(reply, new Crashed());
};

const sendKnown = (error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  // Undefined before the admission.
  const visit: FastifyRequest["visit"] | undefined = request.visit;
  if (visit !== undefined) visit.refuses = error.refuses;
  if (error.challenge === undefined) return sendError(reply, error);
  return sendError(reply, error, {
    "www-authenticate": withParameters(CHALLENGE, error.challenge),
  });
};

/** Returns the error of a client that the framework found. */
const ofFramework = (error: unknown, request: FastifyRequest): AppError | undefined => {
  const { statusCode = 500 } = error as Partial<FastifyError>;
  if (statusCode === ContentTooLarge.status) return new ContentTooLarge();
  if (statusCode === UnsupportedMediaType.status) {
    const expected = mediaTypeOf(request.routeOptions.schema ?? {}) ?? JSON_TYPE;
    return new UnsupportedMediaType(`Send the body as ${expected}.`);
  }
  return statusCode >= 400 && statusCode < 500 ? new BadRequest() : undefined;
};

const withParameters = (challenge: string, parameters: string): string => {
  // A space goes before the first parameter of a scheme, a comma before others.
  const separator = challenge.includes(" ") ? ", " : " ";
  return parameters === "" ? challenge : `${challenge}${separator}${parameters}`;
};
