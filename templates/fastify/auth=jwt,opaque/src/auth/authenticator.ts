/** Bearer access token to principal. */

import type { FastifyRequest } from "fastify";
import type { Resources } from "../resources.ts";
import { findPrincipal } from "./access-tokens.ts";
import type { Principal } from "./principal.ts";

export const CHALLENGE = "Bearer";
export const SIGN_IN = `\
\`POST /api/v1/auth/token\` takes the e-mail address as \`username\` and the \`password\`, as a form with
\`grant_type=password\`. It returns an access token, which goes into \`Authorization: Bearer …\`, and a
refresh token, which gets the next pair in the same place with \`grant_type=refresh_token\`.

In Swagger UI, press **Authorize**. \`POST /api/v1/auth/register\` creates an account.`;

const BEARER = /^bearer +(\S.*)$/i;

/** Returns the credential of a request, without checking it. */
export const credentialOf = (request: FastifyRequest): string | undefined =>
  BEARER.exec(request.headers.authorization ?? "")?.[1];

/** Returns the principal of the token; undefined unless token, session and account are all valid. */
export const authenticate = async (
  credential: string | undefined,
  resources: Resources,
): Promise<Principal | undefined> =>
  credential === undefined ? undefined : findPrincipal(resources, credential);
