/** Access tokens of the identity provider (RFC 9068, RFC 8725). */

import type { KeyObject } from "node:crypto";
import { type CompactJWSHeaderParameters, compactVerify, errors } from "jose";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import type { Settings } from "../settings/index.ts";
import { hasAsciiLocalPart, normalEmail } from "../users/email.ts";
import {
  type Claims,
  checkClaims,
  isPrintable,
  issuedAt,
  readClaims,
  signedInAt,
  subjectOf,
  TokenRefused,
} from "./claims.ts";
import type { Role } from "./permissions.ts";
import { roleOf } from "./roles.ts";
import { narrowing } from "./scopes.ts";
import { ALGORITHMS } from "./signing-keys.ts";

// Tokens with the groups of a large organisation have 8 KiB; more is not even decoded.
export const MAX_TOKEN_LENGTH = 16 * 1024;
const ACCESS_TOKEN_TYPES = ["at+jwt", "application/at+jwt"];
const ANY_TYPES = [...ACCESS_TOKEN_TYPES, "jwt"];
const MAX_NAME_LENGTH = 200;

/**
 * The claims of a valid token.
 *
 * `role` is undefined if the token gives no role here, `scopes` if they do not limit the role.
 */
export interface AccessToken {
  readonly issuer: string;
  readonly subject: string;
  readonly issuedAt: Date;
  readonly signedInAt: Date;
  readonly role: Role | undefined;
  readonly scopes: ReadonlySet<string> | undefined;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly fullName: string;
}

/**
 * Verifies a token; undefined unless everything is valid.
 *
 * Throws `Unavailable` if the key cannot be fetched.
 */
export const readAccessToken = async (
  resources: Resources,
  token: string,
): Promise<AccessToken | undefined> => {
  try {
    return toAccessToken(resources.settings, await verify(resources, token));
  } catch (error) {
    // For operators: the response does not say what is wrong with a token.
    log.info({ event: "oidc.refused", reason: reasonOf(error) });
    return undefined;
  }
};

/** Returns why a token was refused; throws what does not mean that. */
const reasonOf = (error: unknown): string => {
  if (error instanceof TokenRefused) {
    return error.message;
  }
  if (error instanceof errors.JOSEError) {
    // The message of a library may quote the token, at any length.
    return error.code;
  }
  throw error;
};

const verify = async (resources: Resources, token: string): Promise<Claims> => {
  const { settings } = resources;
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new TokenRefused("the token is too long");
  }
  // The algorithm is checked before the key is looked for.
  const algorithms = [...ALGORITHMS];
  const { payload } = await compactVerify(token, (header) => keyOf(resources, header), {
    algorithms,
  });
  const claims = readClaims(payload);
  checkClaims(settings, claims);
  return claims;
};

/** Returns the provider's key for a token: the token alone must not choose it (RFC 8725, 3.1). */
const keyOf = async (
  { settings, provider }: Resources,
  { alg, kid, typ }: CompactJWSHeaderParameters,
): Promise<KeyObject> => {
  // Checked before the key: a malformed token must not make the service call the provider.
  checkType(settings, typ);
  const keyId: unknown = kid;
  if (keyId !== undefined && typeof keyId !== "string") {
    throw new TokenRefused("kid is no text");
  }
  const key = await provider.key(keyId, alg);
  if (key === undefined) {
    throw new TokenRefused("the provider has no such key for this algorithm");
  }
  return key;
};

/** Refuses tokens whose header is not that of an access token, such as ID tokens. */
const checkType = (settings: Settings, typ: unknown = "JWT"): void => {
  const accepted = settings.oidcRequireAtJwt ? ACCESS_TOKEN_TYPES : ANY_TYPES;
  if (typeof typ !== "string" || !accepted.includes(typ.toLowerCase())) {
    throw new TokenRefused("no access token by its typ; see OIDC_REQUIRE_AT_JWT");
  }
};

const toAccessToken = (settings: Settings, claims: Claims): AccessToken => {
  const { email, email_verified: verified } = claims;
  return {
    issuer: settings.oidcIssuer,
    subject: subjectOf(claims),
    issuedAt: issuedAt(claims),
    signedInAt: signedInAt(claims),
    role: roleOf(settings, claims),
    scopes: narrowing(settings, claims),
    email: typeof email === "string" && hasAsciiLocalPart(email) ? normalEmail(email) : undefined,
    // Cognito writes the word.
    emailVerified: verified === true || verified === "true",
    fullName: fullNameOf(claims),
  };
};

const fullNameOf = ({ name, preferred_username: username }: Claims): string => {
  const found = [name, username].find(
    (text) => typeof text === "string" && isPrintable(text) && text.trim() !== "",
  );
  return [...String(found ?? "Unnamed").trim()].slice(0, MAX_NAME_LENGTH).join("");
};
