/** Requests that end with an error which nobody expected. */

import { Readable } from "node:stream";
import type { FastifyRequest, onSendHookHandler } from "fastify";
import { AppError } from "../errors.ts";

const crashes = new WeakMap<FastifyRequest, Error>();

/** Returns the unexpected error of a request. */
export const crashOf = (request: FastifyRequest): Error | undefined => crashes.get(request);

/** Notes the error of a request. */
export const noteCrash = (request: FastifyRequest, error: unknown): void => {
  crashes.set(request, error instanceof Error ? error : new Error("no error was thrown"));
};

/** Notes the error of a body that breaks off: the status of its answer was sent before. */
export const watchBody: onSendHookHandler = (request, _reply, payload, done) => {
  if (payload instanceof Readable) {
    payload.once("error", (error) => {
      if (!(error instanceof AppError)) noteCrash(request, error);
    });
  }
  done();
};
