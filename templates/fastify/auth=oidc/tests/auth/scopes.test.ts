/** Scopes: a limited token never has all permissions. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TokenRefused } from "../../src/auth/claims.ts";
import { ALL_PERMISSIONS } from "../../src/auth/permissions.ts";
import { narrowing } from "../../src/auth/scopes.ts";
import type { Settings } from "../../src/settings/index.ts";
import { ROLE_NAMES } from "../support/auth.ts";
import type { Fields } from "../support/signing.ts";
import { EXPORT_URL, startTrusting, USERS_URL } from "../support/trusting.ts";

const CLAIMS = ["scope", "scp", "permissions"];
const ALL_ROLES = Object.values(ROLE_NAMES);
const LOOSE = { oidcRequireScopes: false } as Settings;
const STRICT = { oidcRequireScopes: true } as Settings;

const narrowed = (settings: Settings, claims: Fields): string[] | undefined => {
  const scopes = narrowing(settings, claims);
  return scopes && [...scopes].toSorted();
};

test("scopes that name permissions narrow the role", async (t) => {
  const { provider, status } = await startTrusting(t);
  for (const claim of CLAIMS) {
    const whole = provider.token("a", { roles: ALL_ROLES, [claim]: "openid profile email" });
    assert.equal(await status(whole, EXPORT_URL), 200, claim);
    for (const given of ["openid users:read", ["openid", "users:read"]]) {
      const narrow = provider.token("a", { roles: ALL_ROLES, [claim]: given });
      assert.equal(await status(narrow, EXPORT_URL), 403, claim);
      assert.equal(await status(narrow, USERS_URL), 200, claim);
    }
    const wide = provider.token("b", { [claim]: ALL_PERMISSIONS.join(" ") });
    assert.equal(await status(wide, USERS_URL), 403, claim);
  }
});

test("scopes of this service narrow and others say nothing", () => {
  const cases: readonly (readonly [unknown, string[] | undefined])[] = [
    ["users:read", ["users:read"]],
    ["users:read users:write", ["users:read", "users:write"]],
    [
      ["users:read", "users:write"],
      ["users:read", "users:write"],
    ],
    [["openid users:read"], ["users:read"]],
    ["https://api.example.com/users:read", ["users:read"]],
    ["https://api.example.com/v1/users:read/", ["users:read"]],
    ["api://9122040d/users:read openid", ["users:read"]],
    ["orders-api/users:read", ["users:read"]],
    ["users:everything", []],
    ["users:read users:everything", ["users:read"]],
    ["users:", []],
    ["Users:Read", []],
    ["read:users", []],
    ["users.read", []],
    ["https://api.example.com/Users.Read.All", []],
    ["urn:example:users:write", []],
    ["openid", undefined],
    ["openid access_as_user offline_access email", undefined],
    ["api://orders.example.com/access_as_user", undefined],
    ["aws.cognito.signin.user.admin", undefined],
    ["service_account groups users", undefined],
    ["", undefined],
    [[], undefined],
    [["", "openid"], undefined],
  ];
  for (const claim of CLAIMS) {
    for (const [given, permissions] of cases) {
      const text = `${claim} ${JSON.stringify(given)}`;
      assert.deepEqual(narrowed(LOOSE, { [claim]: given }), permissions, text);
      assert.deepEqual(narrowed(STRICT, { [claim]: given }), permissions ?? [], text);
    }
  }
});

test("without any scope a token is whole unless they are required", () => {
  assert.equal(narrowed(LOOSE, {}), undefined);
  assert.deepEqual(narrowed(STRICT, {}), []);
});

test("of two claims that narrow both count", () => {
  const permissions = ["users:export", "users:read", "users:write"];
  assert.deepEqual(narrowed(LOOSE, { scope: "openid", permissions }), permissions);
  assert.deepEqual(narrowed(LOOSE, { scope: "users:read", permissions }), ["users:read"]);
  assert.deepEqual(narrowed(LOOSE, { scp: "users:read", permissions: ["users:write"] }), []);
});

test("a token with malformed scopes is refused", async (t) => {
  const { provider, status } = await startTrusting(t);
  const malformed = [
    ...[null, true, 7, { "users:read": true }],
    ...[["users:read", 7], [["users:read"]], [null]],
  ];
  for (const claim of CLAIMS) {
    for (const given of malformed) {
      const text = `${claim} ${JSON.stringify(given)}`;
      assert.throws(() => narrowing(LOOSE, { [claim]: given }), TokenRefused, text);
      assert.equal(await status(provider.token("a", { [claim]: given }), USERS_URL), 401, text);
    }
  }
});

test("with required scopes a token without them has no permissions", async (t) => {
  const { provider, status } = await startTrusting(t, { OIDC_REQUIRE_SCOPES: "true" });
  for (const [claims, expected] of [
    [{}, 403],
    [{ scope: "openid" }, 403],
    [{ permissions: [] }, 403],
    [{ scope: "users:read" }, 200],
  ] as const) {
    const token = provider.token("a", { roles: ALL_ROLES, ...claims });
    assert.equal(await status(token, USERS_URL), expected, JSON.stringify(claims));
  }
});
