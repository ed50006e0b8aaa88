/** Limits on the size and duration of a request (OWASP API4:2023). */

import type { IncomingMessage } from "node:http";
import type { onRequestHookHandler, onSendHookHandler } from "fastify";
import {
  type AppError,
  BadRequest,
  ContentTooLarge,
  sendError,
  Unavailable,
  UnsupportedMediaType,
} from "../errors.ts";
import type { Settings } from "../settings/index.ts";
import { onceClosed } from "./outcome.ts";

const LENGTH = /^[0-9]{1,18}$/;

/** Answers 503 unless the response has begun within `REQUEST_TIMEOUT_SECONDS`. */
export const deadline = ({ requestTimeoutSeconds }: Settings): onRequestHookHandler => {
  const milliseconds = requestTimeoutSeconds * 1000;
  return (request, reply, done) => {
    const timer = setTimeout(() => {
      if (reply.raw.headersSent || reply.sent) return;
      request.requestContext.isExpired = true;
      sendError(reply, new Unavailable());
    }, milliseconds);
    onceClosed(reply, () => clearTimeout(timer));
    done();
  };
};

/** Answers 413 to a body that says it is over `MAX_BODY_BYTES`; the others are counted. */
export const announcedBodies = ({ maxBodyBytes }: Settings): onRequestHookHandler => {
  const refusalOf = (length = "0", encoding = "identity"): AppError | undefined => {
    if (!LENGTH.test(length)) return new BadRequest();
    if (Number(length) > maxBodyBytes) return new ContentTooLarge();
    // A few compressed bytes may expand to gigabytes.
    return encoding.toLowerCase() === "identity"
      ? undefined
      : new UnsupportedMediaType("Send the body without compression.");
  };
  return ({ raw: { headers } }, reply, done) => {
    const refusal = refusalOf(headers["content-length"], headers["content-encoding"]);
    if (refusal === undefined) done();
    else sendError(reply, refusal);
  };
};

/** Closes the connection of an unread body: its rest would be read as the next request. */
export const unreadBodies: onSendHookHandler = ({ raw, server }, reply, _payload, done) => {
  if (server.stopping || (!raw.complete && hasBody(raw))) reply.header("connection", "close");
  done();
};

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
