/** Answers to requests that the HTTP parser cannot read; no hook of the application sees them. */

import { randomUUID } from "node:crypto";
import { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { phraseOf, problemOf } from "./errors.ts";
import { log } from "./logging.ts";
import { parseAddress } from "./security/addresses.ts";
import { securityHeaders } from "./security/headers.ts";
import { loggedAddress } from "./security/logged-address.ts";
import type { Settings } from "./settings/index.ts";

const DETAILS: Readonly<Record<number, string>> = {
  400: "Bad request syntax or unsupported method",
  408: "Request timed out; try again later",
  417: "Expect condition could not be satisfied",
  431: "The header fields are too large",
};
const STATUSES: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};
// How long a refused client may take to read the response before its connection is closed.
const LINGER_MILLISECONDS = 2_000;

/** Returns a listener of the server's `clientError`. */
export const parserErrors = (
  settings: Settings,
): ((error: Error & { code?: string }, socket: Socket) => void) => {
  const answer = rawAnswers(settings);
  return (error, socket) => {
    // An answer to an earlier request is pending, and must not be confused with this one.
    if (error.code === "ECONNRESET" || !socket.writable || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    answer(socket, STATUSES[error.code ?? ""] ?? 400);
  };
};

/** Returns a function that answers on a connection, and closes it. */
export const rawAnswers = (settings: Settings): ((socket: Socket, status: number) => void) => {
  const headers = securityHeaders(settings, { plain: true });
  const logged = loggedAddress(settings);
  return (socket, status) => {
    const id = randomUUID();
    const { content, mediaType } = problemOf(id, status, DETAILS[status] ?? phraseOf(status));
    const body = JSON.stringify(content);
    const lines = [
      ...headers,
      ["content-type", mediaType],
      ["content-length", Buffer.byteLength(body)],
      ["cache-control", "no-store"],
      ["x-request-id", id],
      ["date", new Date().toUTCString()],
      ["connection", "close"],
    ].map(([name, value]) => `${name}: ${value}\r\n`);
    // Closing while data is arriving resets the connection, and the response is lost.
    socket.end(`HTTP/1.1 ${status} ${phraseOf(status)}\r\n${lines.join("")}\r\n${body}`);
    setTimeout(() => socket.destroy(), LINGER_MILLISECONDS).unref();
    log.info({
      channel: "access",
      event: "request",
      status,
      request_id: id,
      // The address of the peer, which may be a proxy: forwarding headers are not parsed yet.
      client_address: logged(parseAddress(socket.remoteAddress ?? "")?.text),
    });
  };
};

/** Returns whether a connection works on another request than the one that cannot be read. */
export const isAnswering = (socket: Socket): boolean => {
  // Node keeps the response that a connection works on where no type shows it.
  const response: unknown = Reflect.get(socket, "_httpMessage");
  return response instanceof ServerResponse && (response.headersSent || response.req.complete);
};
