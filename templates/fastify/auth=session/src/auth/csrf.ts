/**
 * Protection against CSRF (OWASP CSRF Prevention Cheat Sheet).
 *
 * Browsers add the cookie to requests from any page, including an attacker's. So a request needs a
 * token that only allowed pages can read, and an allowed origin, which the browser itself reports.
 */

import type { FastifyRequest } from "fastify";
import { recordRefusal } from "../audit/refusals.ts";
import { Forbidden } from "../errors.ts";
import type { Keys } from "../security/keys.ts";
import { originOf } from "../security/origins.ts";
import { speaksPlainHttp } from "./cookie.ts";

export const HEADER = "X-CSRF-Token";
export const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const PURPOSE = "csrf";
const FORM = /^[0-9a-f]{64}$/;
const TELLING = ["origin", "referer", "sec-fetch-site"];

/** Returns the token of a session: it is valid for this session only. */
export const csrfToken = (keys: Keys, sessionId: string): string =>
  keys.mac(PURPOSE, sessionId).toString("hex");

/** Throws `Forbidden` for a state-changing request without the token or from a foreign page. */
export const refuseForgeries = async (request: FastifyRequest): Promise<void> => {
  if (SAFE_METHODS.has(request.method)) {
    return;
  }
  const { resources } = request.server;
  const { user, sessionId } = request.principal;
  if (hasToken(request, resources.keys, sessionId) && isFromOwnPage(request)) {
    return;
  }
  // The actor is unknown: if it is a forgery, it was not the user.
  await recordRefusal(resources, "auth.csrf.denied", { caller: user.id, subjectId: user.id });
  throw new Forbidden("The request needs the CSRF token of its session and an allowed origin.");
};

/**
 * Throws `Forbidden` for a request from a foreign page.
 *
 * A page that signs its visitor in to the attacker's account would collect what the visitor then
 * enters (CWE-352). A client that sends none of the headers by which browsers tell where a request
 * comes from is not a browser and is accepted: it only sends cookies that it was given on purpose.
 */
export const refuseForeignPages = async (request: FastifyRequest): Promise<void> => {
  if (TELLING.some((name) => request.headers[name] !== undefined) && !isFromOwnPage(request)) {
    const { resources } = request.server;
    const { address: caller } = request.visit.limiter;
    await recordRefusal(resources, "auth.csrf.denied", { caller });
    throw new Forbidden("Sign in from a page of an allowed origin.");
  }
};

const hasToken = (request: FastifyRequest, keys: Keys, sessionId: string): boolean => {
  const token = headerOf(request, "x-csrf-token") ?? "";
  return FORM.test(token) && keys.verify(PURPOSE, sessionId, Buffer.from(token, "hex"));
};

/** Returns whether the page has the service's own origin or one of `CORS_ORIGINS`. */
const isFromOwnPage = (request: FastifyRequest): boolean => {
  const origin =
    headerOf(request, "origin") || originOf(headerOf(request, "referer") ?? "") || "null";
  if (origin === "null") {
    // Every sandboxed frame has the origin null.
    return false;
  }
  if (request.server.resources.settings.corsOrigins.includes(origin)) {
    return true;
  }
  const schemes = speaksPlainHttp(request) ? ["https", "http"] : ["https"];
  // A proxy that terminates TLS may forward the port on which it was called.
  const host = request.requestContext.host.replace(/:80$/, "");
  const isOwn = schemes.some((scheme) => originOf(`${scheme}://${host}`) === origin);
  return isOwn && (headerOf(request, "sec-fetch-site") ?? "same-origin") === "same-origin";
};

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
};
