/** The session cookie (OWASP Session Management Cheat Sheet). */

import type { FastifyReply, FastifyRequest } from "fastify";
import type { Settings } from "../settings/index.ts";

// A browser accepts the prefix only with Secure, for the whole host and from the host itself:
// neither a subdomain nor plain HTTP can plant another session (RFC 6265bis, 4.1.3.2).
const NAME = "__Host-session";
const PLAIN_NAME = "session";

/** Returns the session id that the browser sent; undefined if it sent none, or two. */
export const readCookie = (request: FastifyRequest): string | undefined => {
  const name = cookieName(speaksPlainHttp(request));
  const values = (request.headers.cookie ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  // Another one was planted beside the session's own: which is which, nobody can tell.
  return values.length === 1 ? values[0] || undefined : undefined;
};

/** Sets the cookie to this id; it lasts until the browser is closed. */
export const writeCookie = (
  request: FastifyRequest,
  reply: FastifyReply,
  sessionId: string,
): void => setCookie(request, reply, sessionId, "");

export const clearCookie = (request: FastifyRequest, reply: FastifyReply): void =>
  setCookie(request, reply, "", "; Max-Age=0");

/** Returns the name of the cookie over plain HTTP or HTTPS. */
export const cookieName = (isPlain: boolean): string => (isPlain ? PLAIN_NAME : NAME);

/** Returns whether browsers may use plain HTTP. */
export const mayBePlain = ({ environment }: Settings): boolean =>
  environment === "development" || environment === "test";

/** Returns whether the browser uses plain HTTP, which only development allows. */
export const speaksPlainHttp = (request: FastifyRequest): boolean =>
  mayBePlain(request.server.resources.settings) &&
  (request.requestContext.scheme || request.protocol) === "http";

const setCookie = (
  request: FastifyRequest,
  reply: FastifyReply,
  value: string,
  lifetime: string,
): void => {
  const isPlain = speaksPlainHttp(request);
  const { rootPath } = request.server.resources.settings;
  // The prefix `__Host-` stands for the whole host, so that a browser takes it with this path only.
  const path = (isPlain && rootPath) || "/";
  const secure = isPlain ? "" : "; Secure";
  const name = cookieName(isPlain);
  reply.header(
    "set-cookie",
    `${name}=${value}${lifetime}; Path=${path}${secure}; HttpOnly; SameSite=Lax`,
  );
};
