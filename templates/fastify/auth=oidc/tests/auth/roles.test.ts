/** Roles from claims: mapped values only. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Role } from "../../src/auth/permissions.ts";
import { roleOf } from "../../src/auth/roles.ts";
import type { Settings } from "../../src/settings/index.ts";
import { roleMapping } from "../../src/settings/role-mapping.ts";
import { problemOf } from "../support/problems.ts";
import { auditEvents } from "../support/queries.ts";
import type { Fields } from "../support/signing.ts";
import { startTrusting, USERS_URL } from "../support/trusting.ts";

const MAPPING = "admin=api-admins,moderator=support,moderator=helpers";

const given = (
  claims: Fields,
  { claim = "roles", mapping = MAPPING }: { claim?: string; mapping?: string } = {},
): Role | undefined =>
  roleOf(
    { oidcRolesClaim: claim, oidcRoleMapping: roleMapping().parse(mapping, {}) } as Settings,
    claims,
  );

test("a mapped value gives its role", () => {
  const cases: readonly (readonly [unknown, Role])[] = [
    [["api-admins"], "admin"],
    [["support"], "moderator"],
    [["helpers"], "moderator"],
    [["helpers", "api-admins", "other"], "admin"],
    ["api-admins", "admin"],
    [{ "api-admins": { "7": "example.com" }, other: {} }, "admin"],
    [{ support: {} }, "moderator"],
    [[], "user"],
    [{}, "user"],
    [["other"], "user"],
  ];
  for (const [roles, role] of cases) {
    assert.equal(given({ roles }), role, JSON.stringify(roles));
  }
});

test("malformed claims give at most the lowest role", () => {
  for (const roles of [
    ["admin"],
    ["API-ADMINS"],
    [" api-admins"],
    ["api-admins,support"],
    "api-admins support",
    "admin",
    null,
    true,
    1,
    { "api-admins": false },
    { "api-admins": null },
    { roles: ["api-admins"] },
    [["api-admins"]],
    [{ value: "api-admins" }],
    [null, 1, true],
  ]) {
    assert.equal(given({ roles }), "user", JSON.stringify(roles));
  }
});

test("without a mapping every role is user", () => {
  for (const roles of [["admin"], ["moderator"], "admin"]) {
    assert.equal(given({ roles }, { mapping: "" }), "user");
  }
});

test("a claim is found by name or by path", () => {
  const admins = ["api-admins"];
  const cases: readonly (readonly [string, Fields])[] = [
    ["realm_access.roles", { realm_access: { roles: admins } }],
    ["resource_access.my-api.roles", { resource_access: { "my-api": { roles: admins } } }],
    ["https://example.com/roles", { "https://example.com/roles": admins }],
    ["groups", { groups: admins }],
    [
      "/resource_access/orders.example.com/roles",
      { resource_access: { "orders.example.com": { roles: admins } } },
    ],
    ["/https:~1~1example.com~1a~0b/roles", { "https://example.com/a~b": { roles: admins } }],
    ["/groups", { groups: admins }],
    ["/groups", { "/groups": admins }],
  ];
  for (const [claim, claims] of cases) {
    assert.equal(given(claims, { claim }), "admin", claim);
  }
});

test("a path that leads nowhere gives no role", () => {
  for (const found of [[], "roles", {}, null, 1]) {
    for (const claim of ["realm_access.roles", "/realm_access/roles"]) {
      assert.equal(given({ realm_access: found }, { claim }), "user");
    }
  }
  assert.equal(given({}, { claim: "realm_access.roles" }), "user");
  const dotted = { realm_access: { "roles.all": ["api-admins"] } };
  assert.equal(given(dotted, { claim: "realm_access.roles.all" }), "user");
  // Objects have these without any claim.
  for (const claim of ["constructor.name", "/constructor/name", "__proto__.constructor.name"]) {
    assert.equal(given({}, { claim, mapping: "admin=Object" }), "user");
  }
});

test("where users are mapped other tokens are refused", () => {
  const closed = { mapping: `${MAPPING},user=api-users` };
  assert.equal(given({ roles: ["api-users"] }, closed), "user");
  assert.equal(given({ roles: ["support"] }, closed), "moderator");
  assert.equal(given({ roles: ["other"] }, closed), undefined);
  assert.equal(given({}, closed), undefined);
});

test("without a role there is no way in and no account", async (t) => {
  const { provider, service, call } = await startTrusting(t, {
    OIDC_ROLE_MAPPING: "admin=api-admins,user=api-users",
  });
  const refused = await call(provider.token("stranger"));
  const { request_id: requestId } = problemOf(refused, 403);
  const denied = await auditEvents(service.resources, "access.denied");
  assert.ok(denied.some((event) => event.requestId === requestId));
  const page = (await call(provider.token("boss", { roles: ["api-admins"] }), USERS_URL)).json();
  assert.deepEqual(
    page.items.map((item: { full_name: string }) => item.full_name),
    ["Unnamed"],
  );
});
