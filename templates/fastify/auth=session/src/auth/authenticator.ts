/** Session cookie to principal. */

import type { FastifyRequest } from "fastify";
import { now } from "../clock.ts";
import type { Resources } from "../resources.ts";
import { TokenRepository } from "../tokens/repository.ts";
import { revokeFamily } from "../tokens/revocation.ts";
import { digest } from "../tokens/token.ts";
import { noteUse } from "../tokens/use.ts";
import { readCookie } from "./cookie.ts";
import { PERMISSIONS } from "./permissions.ts";
import { Principal } from "./principal.ts";
import { SESSION_KIND, sessionEnd } from "./session-tokens.ts";

export const CHALLENGE = 'Cookie realm="api"';
export const SIGN_IN = `\
\`POST /api/v1/auth/login\` takes \`email\` and \`password\`, sets the session cookie and returns a CSRF
token. Every POST, PUT, PATCH and DELETE sends it as \`X-CSRF-Token\`; after a reload, a page
gets it from \`GET /api/v1/auth/csrf\`.

In Swagger UI, execute \`POST /api/v1/auth/login\`: the browser keeps the cookie, and the CSRF token
is added to each request. \`POST /api/v1/auth/register\` creates an account.`;

// A write for each request would double the round trips; a minute of the idle limit does not matter.
const NOTED_EVERY_MILLISECONDS = 60_000;

/** Returns the credential of a request, without checking it. */
export const credentialOf = (request: FastifyRequest): string | undefined => readCookie(request);

/**
 * Returns the principal of the session; undefined unless session and account are valid.
 *
 * One query for both, and once a minute a second one that records the use.
 */
export const authenticate = async (
  credential: string | undefined,
  { database, settings }: Resources,
): Promise<Principal | undefined> => {
  if (credential === undefined) {
    return undefined;
  }
  const at = now();
  const found = await database.reader((reader) =>
    new TokenRepository(reader).findAlive(SESSION_KIND, { digest: digest(credential) }, at),
  );
  if (found === undefined) {
    return undefined;
  }
  const { token, user } = found;
  if (!token.scopes?.isSupersetOf(PERMISSIONS[user.role])) {
    // The role has gained permissions since, which requires a new id: this one may have been copied
    // or planted when it allowed less (CWE-384).
    await database.transaction((transaction) => revokeFamily(transaction, token.familyId, at));
    return undefined;
  }
  if (sessionEnd(settings, token) <= at) {
    return undefined;
  }
  const usedAt = token.lastUsedAt ?? token.createdAt;
  if (at.getTime() - usedAt.getTime() >= NOTED_EVERY_MILLISECONDS) {
    await database.transaction((transaction) => noteUse(transaction, token, token.digest, at));
  }
  const { familyId: sessionId, digest: current, signedInAt } = token;
  return new Principal({ user, sessionId, digest: current, signedInAt });
};
