/** What known providers write into their tokens, beside issuer, subject and times. */

import type { Variables } from "./service.ts";
import type { Fields } from "./signing.ts";

interface KnownProvider {
  readonly settings: Variables;
  readonly headers: Fields;
  /** Of an access token, and what an admin's has besides. */
  readonly access: Fields;
  readonly admin: Fields;
  /** Of the ID token that the same client gets. */
  readonly idToken: Fields;
  readonly idHeaders?: Fields;
}

const TENANT = "9122040d-6c67-4c5b-b112-36a304b66dad";
const API = "00001111-aaaa-2222-bbbb-3333cccc4444";
const PLAIN = { typ: "JWT" };
const UNTYPED = { typ: undefined };
const MAPPING = "admin=api-admins";

export const PROVIDERS: Readonly<Record<string, KnownProvider>> = {
  Keycloak: {
    settings: {
      OIDC_AUDIENCE: "orders-api",
      OIDC_ROLES_CLAIM: "realm_access.roles",
      OIDC_ROLE_MAPPING: MAPPING,
      OIDC_REQUIRE_AT_JWT: "false",
    },
    headers: PLAIN,
    access: {
      aud: ["orders-api", "account"],
      typ: "Bearer",
      azp: "web",
      sid: "s",
      scope: "openid email profile",
      realm_access: { roles: ["offline_access", "uma_authorization"] },
      resource_access: { account: { roles: ["manage-account"] } },
      preferred_username: "ada",
      email_verified: true,
      email: "ada@example.com",
    },
    admin: { realm_access: { roles: ["offline_access", "api-admins"] } },
    idToken: { aud: "web", typ: "ID", azp: "web", at_hash: "h", nonce: "n" },
  },
  "Keycloak, with roles of a client whose id has dots,": {
    settings: {
      OIDC_AUDIENCE: "orders.example.com",
      OIDC_ROLES_CLAIM: "/resource_access/orders.example.com/roles",
      OIDC_ROLE_MAPPING: MAPPING,
    },
    headers: { typ: "at+jwt" },
    access: {
      aud: ["orders.example.com", "account"],
      typ: "Bearer",
      scope: "openid",
      resource_access: { account: { roles: ["manage-account"] } },
    },
    admin: { resource_access: { "orders.example.com": { roles: ["api-admins"] } } },
    idToken: { aud: "orders.example.com", typ: "ID", at_hash: "h" },
  },
  Auth0: {
    settings: {
      OIDC_AUDIENCE: "https://orders-api.example.com",
      OIDC_ROLES_CLAIM: "https://example.com/roles",
      OIDC_ROLE_MAPPING: MAPPING,
    },
    headers: { typ: "at+jwt" },
    access: {
      sub: "auth0|5f7c8ec7c33c6c004bbafe82",
      aud: ["https://orders-api.example.com", "https://tenant.auth0.com/userinfo"],
      client_id: "web",
      scope: "openid profile email",
    },
    admin: { "https://example.com/roles": ["api-admins"] },
    idToken: { aud: "web", nonce: "n", sid: "s" },
  },
  "Entra ID, v2.0,": {
    settings: {
      OIDC_AUDIENCE: API,
      OIDC_ROLES_CLAIM: "roles",
      OIDC_ROLE_MAPPING: "admin=Api.Admin",
      OIDC_REQUIRE_AT_JWT: "false",
    },
    headers: PLAIN,
    access: {
      aud: API,
      azp: "web",
      azpacr: "0",
      scp: "access_as_user",
      tid: TENANT,
      oid: "o",
      ver: "2.0",
      name: "Ada",
      preferred_username: "ada@example.com",
    },
    admin: { roles: ["Api.Admin"] },
    idToken: { aud: "web", tid: TENANT, ver: "2.0" },
  },
  "Entra ID, v1.0,": {
    settings: {
      OIDC_AUDIENCE: `api://${API},${API}`,
      OIDC_ROLES_CLAIM: "roles",
      OIDC_ROLE_MAPPING: "admin=Api.Admin",
      OIDC_REQUIRE_AT_JWT: "false",
    },
    headers: { ...PLAIN, x5t: "x" },
    access: {
      aud: `api://${API}`,
      appid: "web",
      appidacr: "0",
      scp: "access_as_user",
      tid: TENANT,
      upn: "ada@example.com",
      ver: "1.0",
    },
    admin: { roles: ["Api.Admin"] },
    idToken: { aud: "web", nonce: "n", ver: "1.0" },
  },
  Okta: {
    settings: {
      OIDC_AUDIENCE: "api://default",
      OIDC_ROLES_CLAIM: "groups",
      OIDC_ROLE_MAPPING: MAPPING,
      OIDC_REQUIRE_AT_JWT: "false",
    },
    headers: UNTYPED,
    access: {
      aud: "api://default",
      ver: 1,
      cid: "web",
      uid: "u",
      scp: ["openid", "profile"],
      auth_time: 1_700_000_000,
    },
    admin: { groups: ["Everyone", "api-admins"] },
    idToken: { aud: "web", ver: 1, at_hash: "h", amr: ["pwd"] },
    idHeaders: UNTYPED,
  },
  "Amazon Cognito": {
    settings: {
      OIDC_AUDIENCE: "web,mobile",
      OIDC_AUDIENCE_CLAIM: "client_id",
      OIDC_ROLES_CLAIM: "cognito:groups",
      OIDC_ROLE_MAPPING: MAPPING,
      OIDC_REQUIRE_AT_JWT: "false",
    },
    headers: UNTYPED,
    access: {
      client_id: "web",
      token_use: "access",
      scope: "aws.cognito.signin.user.admin openid",
      username: "ada",
      version: 2,
    },
    admin: { "cognito:groups": ["api-admins"] },
    idToken: { aud: "web", client_id: "web", token_use: "id", "cognito:username": "ada" },
    idHeaders: UNTYPED,
  },
  Zitadel: {
    settings: {
      OIDC_AUDIENCE: "176949108264108033",
      OIDC_ROLES_CLAIM: "urn:zitadel:iam:org:project:roles",
      OIDC_ROLE_MAPPING: MAPPING,
      OIDC_REQUIRE_AT_JWT: "false",
    },
    headers: PLAIN,
    access: { aud: ["web@orders", "176949108264108033"], client_id: "web@orders" },
    admin: {
      "urn:zitadel:iam:org:project:roles": { "api-admins": { "170086824411201793": "a.example" } },
    },
    idToken: { aud: ["web@orders", "176949108264108033"], at_hash: "h" },
  },
};
