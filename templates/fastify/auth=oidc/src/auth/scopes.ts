/**
 * Scopes of a token: they limit the role of its user, and never extend it.
 *
 * Providers write them into `scope` (RFC 9068), `scp` (Entra ID, Okta) or `permissions` (Auth0), as
 * one text or as a list, and some as URIs whose last part is the scope.
 */

import type { Settings } from "../settings/index.ts";
import { type Claims, TokenRefused } from "./claims.ts";
import { ALL_PERMISSIONS } from "./permissions.ts";

const CLAIMS = ["scope", "scp", "permissions"];
const RESOURCES: ReadonlySet<string | undefined> = new Set(
  ALL_PERMISSIONS.map((permission) => permission.split(":")[0]),
);

/**
 * Returns the permissions that a token is limited to; undefined if it is not limited.
 *
 * A scope that names a resource of this service limits the token, even if the scope is unknown: it
 * was meant to grant less than everything. If several claims limit it, it has the permissions that
 * all of them name. Throws `TokenRefused` for a malformed claim.
 */
export const narrowing = (settings: Settings, claims: Claims): ReadonlySet<string> | undefined => {
  const given = CLAIMS.filter((name) => Object.hasOwn(claims, name)).map((name) =>
    scopesOf(claims[name]),
  );
  const named = given.filter((scopes) => scopes.some(namesAResource));
  if (named.length === 0) {
    return settings.oidcRequireScopes ? new Set() : undefined;
  }
  return new Set(
    ALL_PERMISSIONS.filter((permission) => named.every((scopes) => scopes.includes(permission))),
  );
};

const scopesOf = (claim: unknown): readonly string[] => {
  const texts: unknown = typeof claim === "string" ? [claim] : claim;
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string")) {
    throw new TokenRefused("a claim with scopes is neither text nor a list of texts");
  }
  const scopes = texts.flatMap((text) => text.split(/\s+/)).filter((scope) => scope !== "");
  return scopes.map((scope) => scope.replace(/\/+$/, "").split("/").at(-1) ?? "");
};

const namesAResource = (scope: string): boolean => {
  const parts = scope.toLowerCase().split(/[:.]/);
  return parts.length > 1 && parts.some((part) => RESOURCES.has(part));
};
