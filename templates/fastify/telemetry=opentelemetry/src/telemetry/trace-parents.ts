/**
 * The trace that a trusted proxy has begun (W3C Trace Context).
 *
 * Anybody else could write into the traces of others, or have each of its own requests kept. What
 * else such fields bring, as `tracestate` and `baggage`, is the client's text and is left alone.
 */

import type { IncomingMessage } from "node:http";
import type { Parent } from "./tracing.ts";

const FORM = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const KEPT = 1;

const parents = new WeakMap<IncomingMessage, Parent>();

/** Keeps the trace of a request whose peer is listened to: a trusted proxy. */
export const keepParent = (request: IncomingMessage): void => {
  const parent = parentOf(String(request.headers["traceparent"] ?? ""));
  if (parent !== undefined) parents.set(request, parent);
};

/** Returns the trace that was kept of a request. */
export const parentOfRequest = (request: IncomingMessage): Parent | undefined =>
  parents.get(request);

/** Reads a `traceparent`; undefined if it is none. */
export const parentOf = (text: string): Parent | undefined => {
  const [, traceId, spanId, flags] = FORM.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const isKept = (Number.parseInt(flags, 16) & KEPT) === KEPT;
  return { traceId, spanId, isKept, isRemote: true };
};
