/** Bearer access token of the identity provider to principal. */

import type { FastifyRequest } from "fastify";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { type AccessToken, readAccessToken } from "./access-tokens.ts";
import { identityOf } from "./accounts.ts";
import { sessionIdOf } from "./identity.ts";
import { PERMISSIONS } from "./permissions.ts";
import { Principal } from "./principal.ts";

export const CHALLENGE = "Bearer";
export const SIGN_IN = `\
Get an access token for this service's audience from the identity provider, and send it in
\`Authorization: Bearer …\`. In Swagger UI, press **Authorize** and paste it.`;

const BEARER = /^bearer +(\S.*)$/i;

/** Returns the credential of a request, without checking it. */
export const credentialOf = (request: FastifyRequest): string | undefined =>
  BEARER.exec(request.headers.authorization ?? "")?.[1];

/**
 * Returns the principal of the token; undefined unless token, identity and account are all valid.
 *
 * The account is looked up for each request, so disabling it takes effect immediately.
 */
export const authenticate = async (
  credential: string | undefined,
  resources: Resources,
): Promise<Principal | undefined> => {
  const token = credential === undefined ? undefined : await readAccessToken(resources, credential);
  if (token === undefined) {
    return undefined;
  }
  const identity = await identityOf(resources, token);
  if (!identity?.user.isActive) {
    const reason = identity ? "the account is disabled" : "the token was revoked";
    log.info({ event: "oidc.refused", reason });
    return undefined;
  }
  return new Principal({
    user: identity.user,
    sessionId: sessionIdOf(identity),
    scopes: allowedBy(token),
    signedInAt: token.signedInAt,
  });
};

/** Returns what a token allows: an older one must not gain the role that a newer one gives. */
const allowedBy = ({ role, scopes }: AccessToken): ReadonlySet<string> =>
  new Set(
    role === undefined
      ? []
      : [...PERMISSIONS[role]].filter((permission) => scopes?.has(permission) ?? true),
  );
