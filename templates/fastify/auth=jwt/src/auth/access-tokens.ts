/** Access tokens: short-lived signed JWTs (RFC 9068, RFC 8725). */

import { createHmac, type KeyObject, randomUUID, timingSafeEqual } from "node:crypto";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import type { Resources } from "../resources.ts";
import type { Keys } from "../security/keys.ts";
import { Remembered } from "../security/remembered.ts";
import type { Settings } from "../settings/index.ts";
import { TokenRepository } from "../tokens/repository.ts";
import type { Token } from "../tokens/token.ts";
import { Principal } from "./principal.ts";
import { accessLifetime, REFRESH } from "./refresh-tokens.ts";

const PURPOSE = "access-token";
const FORM = /^[A-Za-z0-9_-]{1,256}\.[A-Za-z0-9_-]{1,4096}\.[A-Za-z0-9_-]{43}$/;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MILLISECONDS = 1000;

/** The content of an access token. `begins` and `ends` are seconds since the epoch. */
interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly scopes: ReadonlySet<string> | undefined;
  readonly begins: number;
  readonly ends: number;
}

/** Stores the refresh token of a session, and signs an access token that lives no longer. */
export const issueAccessToken = async (
  transaction: Transaction,
  resources: Resources,
  refreshToken: Token,
  scopes: ReadonlySet<string> | undefined,
): Promise<string> => {
  await new TokenRepository(transaction).add(refreshToken);
  const { settings, keys } = resources;
  const at = refreshToken.createdAt.getTime() / MILLISECONDS;
  const claims = {
    iss: settings.jwtIssuer,
    aud: settings.jwtAudience,
    sub: refreshToken.userId,
    sid: refreshToken.familyId,
    jti: randomUUID(),
    iat: Math.floor(at),
    nbf: Math.floor(at),
    exp: Math.floor(at + accessLifetime(settings, refreshToken)),
    ...(scopes === undefined ? {} : { scope: [...scopes].sort().join(" ") }),
  };
  const signed = `${headOf(settings)}.${encode(claims)}`;
  return `${signed}.${sign(keys.all(PURPOSE)[0], signed).toString("base64url")}`;
};

/**
 * Returns the principal of an access token; undefined unless token, session and account are valid.
 *
 * One query for session and account, so signing out and demoting take effect immediately.
 */
export const findPrincipal = async (
  resources: Resources,
  token: string,
): Promise<Principal | undefined> => {
  const claims = readAccessToken(resources, token);
  if (claims === undefined) {
    return undefined;
  }
  const { sessionId, scopes } = claims;
  const found = await resources.database.reader((reader) =>
    new TokenRepository(reader).findAlive(REFRESH, { familyId: sessionId }, now()),
  );
  if (found?.user.id !== claims.userId) {
    return undefined;
  }
  const { user, token: stored } = found;
  return new Principal({ user, sessionId, scopes, signedInAt: stored.signedInAt });
};

/** Verifies an access token under any current key; undefined unless everything is valid. */
const readAccessToken = (resources: Resources, token: string): AccessClaims | undefined => {
  let known = signed.get(resources.keys);
  if (known === undefined) {
    known = new Remembered((text) => signedClaims(resources, text));
    signed.set(resources.keys, known);
  }
  const claims = known.of(token);
  const seconds = now().getTime() / MILLISECONDS;
  return claims !== undefined && claims.begins <= seconds && seconds < claims.ends
    ? claims
    : undefined;
};

// What a key has signed stays signed by it; time, session and account are looked at every time.
const signed = new WeakMap<Keys, Remembered<AccessClaims | undefined>>();

/** Returns the claims of a token that this service has signed, whether its time has come or gone. */
const signedClaims = ({ settings, keys }: Resources, token: string): AccessClaims | undefined => {
  if (!FORM.test(token)) {
    return undefined;
  }
  const [head = "", payload = "", signature = ""] = token.split(".");
  const given = Buffer.from(signature, "base64url");
  const isSigned = keys
    .all(PURPOSE)
    .map((key) => timingSafeEqual(given, sign(key, `${head}.${payload}`)))
    .includes(true);
  // Compared whole and never read: no header chooses the algorithm or the kind of the token
  // (RFC 8725, 3.1 and 3.11).
  if (!isSigned || head !== headOf(settings)) {
    return undefined;
  }
  return parseClaims(settings, payload);
};

const parseClaims = (settings: Settings, payload: string): AccessClaims | undefined => {
  const claims = decode(payload);
  if (claims === undefined) {
    return undefined;
  }
  const { iss, aud, sub, sid, jti, iat, nbf, exp } = claims;
  if (iss !== settings.jwtIssuer || aud !== settings.jwtAudience || typeof jti !== "string") {
    return undefined;
  }
  if (!isId(sub) || !isId(sid) || !isMoment(iat) || !isMoment(nbf) || !isMoment(exp)) {
    return undefined;
  }
  const scopes = scopesOf(claims);
  if (scopes === "malformed") {
    return undefined;
  }
  return { userId: sub, sessionId: sid, scopes, begins: Math.max(iat, nbf), ends: exp };
};

/** Returns the scopes of the token. A malformed scope never means "no restriction". */
const scopesOf = (
  claims: Readonly<Record<string, unknown>>,
): ReadonlySet<string> | undefined | "malformed" => {
  if (!Object.hasOwn(claims, "scope")) {
    return undefined;
  }
  const { scope } = claims;
  return typeof scope === "string" ? new Set(scope.split(/\s+/).filter(Boolean)) : "malformed";
};

const isId = (value: unknown): value is string => typeof value === "string" && ID.test(value);

const isMoment = (value: unknown): value is number => Number.isSafeInteger(value);

const sign = (key: KeyObject, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

const heads = new Remembered((alg) => encode({ alg, typ: "at+jwt" }));

const headOf = ({ jwtAlgorithm }: Settings): string => heads.of(jwtAlgorithm);

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const decode = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};
