/** Settings that authentication needs: an identity provider, which runs during the tests. */

import type { Role } from "../../src/auth/permissions.ts";
import { AUDIENCE, Provider } from "./provider.ts";

export const PROVIDER = await Provider.start();

/** What the provider calls each role. */
export const ROLE_NAMES: Readonly<Partial<Record<Role, string>>> = {
  moderator: "support",
  admin: "api-admins",
};

export const ENVIRONMENT: Readonly<Record<string, string>> = {
  OIDC_ISSUER: PROVIDER.issuer,
  OIDC_AUDIENCE: AUDIENCE,
  OIDC_ROLE_MAPPING: Object.entries(ROLE_NAMES)
    .map(([role, name]) => `${role}=${name}`)
    .join(","),
};
/** The same in production. */
export const PRODUCTION: Readonly<Record<string, string>> = {
  OIDC_ISSUER: "https://auth.example.com/realms/main",
};
