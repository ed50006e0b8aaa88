/**
 * Validation of the claims of an access token (RFC 7519, 4.1; RFC 9068, 4).
 *
 * A malformed claim makes the token invalid: it is never treated as missing.
 */

import { now } from "../clock.ts";
import type { Settings } from "../settings/index.ts";

/** Tolerance for clock skew. */
export const LEEWAY_SECONDS = 30;
// The end of the year 9999. A time in milliseconds is beyond it.
const MAX_SECONDS = 253_402_300_799;
const MAX_SUBJECT_LENGTH = 255;
// If access tokens have the same type as every JWT, these claims identify the others: an ID token
// has one of the first four, a logout token the last (OpenID Connect Core 1.0, 2; Back-Channel,
// 2.4).
const CLAIMS_OF_OTHERS = ["nonce", "at_hash", "c_hash", "s_hash", "events"];
// Control, invisible and unassigned characters, halves of characters, and separators but the space.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

export type Claims = Readonly<Record<string, unknown>>;

/** The token is invalid. The message is for the log and contains nothing from the token. */
export class TokenRefused extends Error {}

/** Parses the payload of a token whose signature was verified. */
export const readClaims = (payload: Uint8Array): Claims => {
  const claims = parse(payload);
  if (!isObject(claims)) {
    throw new TokenRefused("the payload is no JSON object");
  }
  return claims;
};

/** Throws `TokenRefused` unless the token is an access token for this service and valid now. */
export const checkClaims = (settings: Settings, claims: Claims): void => {
  if (claims["iss"] !== settings.oidcIssuer) {
    throw new TokenRefused("iss is not OIDC_ISSUER");
  }
  const audiences = textsOf(claims[settings.oidcAudienceClaim]);
  if (!audiences.some((audience) => settings.oidcAudience.includes(audience))) {
    throw new TokenRefused("the audience claim does not name OIDC_AUDIENCE");
  }
  checkTimes(claims);
  checkUse(claims);
};

/** Returns the subject of the token. */
export const subjectOf = (claims: Claims): string => {
  const subject = claims["sub"];
  if (typeof subject !== "string" || !isPrintable(subject)) {
    throw new TokenRefused("sub is no text that can be stored");
  }
  if (subject === "" || subject.length > MAX_SUBJECT_LENGTH) {
    throw new TokenRefused("sub is empty or too long");
  }
  return subject;
};

/** Returns when the token was issued, to the second. */
export const issuedAt = (claims: Claims): Date => timeOf(claims, "iat");

/** Returns when the user signed in; without that claim, when the token was issued. */
export const signedInAt = (claims: Claims): Date =>
  timeOf(claims, Object.hasOwn(claims, "auth_time") ? "auth_time" : "iat");

/** Returns whether every character of a text can be seen, or is a space. */
export const isPrintable = (text: string): boolean => !UNPRINTABLE.test(text);

/** Returns whether a value is an object of JSON. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parse = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    throw new TokenRefused("the payload is no JSON");
  }
};

/** Returns a string or the strings of a list; nothing for any other type. */
const textsOf = (value: unknown): readonly string[] => {
  const items: unknown = typeof value === "string" ? [value] : value;
  return Array.isArray(items) && items.every((item) => typeof item === "string") ? items : [];
};

const checkTimes = (claims: Claims): void => {
  const at = now().getTime() / 1000;
  if (secondsOf(claims, "exp") <= at - LEEWAY_SECONDS) {
    throw new TokenRefused("the token has expired");
  }
  if (secondsOf(claims, "iat") > at + LEEWAY_SECONDS) {
    throw new TokenRefused("the token was issued in the future");
  }
  if (Object.hasOwn(claims, "nbf") && secondsOf(claims, "nbf") > at + LEEWAY_SECONDS) {
    throw new TokenRefused("the token is not valid yet");
  }
  if (Object.hasOwn(claims, "auth_time") && secondsOf(claims, "auth_time") > at + LEEWAY_SECONDS) {
    throw new TokenRefused("the user signed in in the future");
  }
};

const timeOf = (claims: Claims, name: string): Date =>
  new Date(Math.trunc(secondsOf(claims, name)) * 1000);

const secondsOf = (claims: Claims, name: string): number => {
  const value = claims[name];
  if (typeof value !== "number") {
    throw new TokenRefused(`${name} is missing, or no number`);
  }
  if (!(value >= 0 && value <= MAX_SECONDS)) {
    throw new TokenRefused(`${name} is no time in seconds`);
  }
  return value;
};

/**
 * Refuses tokens whose claims are not those of an access token.
 *
 * Cognito uses `token_use` for this, Keycloak `typ`; older versions of Keycloak put a nonce into
 * access tokens too.
 */
const checkUse = (claims: Claims): void => {
  if (Object.hasOwn(claims, "token_use") && claims["token_use"] !== "access") {
    throw new TokenRefused("token_use is not access");
  }
  const isOther = CLAIMS_OF_OTHERS.some((name) => Object.hasOwn(claims, name));
  if (claims["typ"] !== "Bearer" && (Object.hasOwn(claims, "typ") || isOther)) {
    throw new TokenRefused("no access token by its claims");
  }
};
