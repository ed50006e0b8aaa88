/** Roles from a claim of the token: only values in `OIDC_ROLE_MAPPING` give one. */

import type { Settings } from "../settings/index.ts";
import { type Claims, isObject } from "./claims.ts";
import { ROLES, type Role } from "./permissions.ts";

// An account with two mapped roles gets the wider one.
const WIDEST_FIRST: readonly Role[] = ROLES.toReversed();

/**
 * Returns the role that the claims give, or undefined.
 *
 * A token with none of the mapped values gives the role `user`. Where a value is mapped to that
 * role too, it gives no role, and undefined is returned.
 */
export const roleOf = (settings: Settings, claims: Claims): Role | undefined => {
  const mapping = settings.oidcRoleMapping;
  const given = valuesOf(claimOf(claims, settings.oidcRolesClaim));
  const role = WIDEST_FIRST.find((each) => given.some((value) => mapping.get(each)?.has(value)));
  return role ?? (mapping.has("user") ? undefined : "user");
};

/**
 * Finds a claim by its name, its path (`realm_access.roles`), or its JSON pointer (RFC 6901).
 *
 * A pointer is needed for keys with dots: `/resource_access/api.example/roles`.
 */
const claimOf = (claims: Claims, name: string): unknown => {
  if (Object.hasOwn(claims, name)) {
    return claims[name];
  }
  let found: unknown = claims;
  for (const part of name.startsWith("/") ? pointer(name) : name.split(".")) {
    found = isObject(found) && Object.hasOwn(found, part) ? found[part] : undefined;
  }
  return found;
};

const pointer = (text: string): string[] =>
  text
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

/**
 * Returns the strings of the claim, or the enabled keys of an object (Zitadel).
 *
 * A string is one value and is never split.
 */
const valuesOf = (claim: unknown): readonly string[] => {
  if (typeof claim === "string") {
    return [claim];
  }
  if (Array.isArray(claim)) {
    return claim.filter((value) => typeof value === "string");
  }
  if (isObject(claim)) {
    return Object.keys(claim).filter((key) => claim[key] !== null && claim[key] !== false);
  }
  return [];
};
