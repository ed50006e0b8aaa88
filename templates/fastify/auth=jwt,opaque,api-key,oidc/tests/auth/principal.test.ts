/** What a credential lets its holder do. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_PERMISSIONS, PERMISSIONS, ROLES, type Role } from "../../src/auth/permissions.ts";
import { Principal } from "../../src/auth/principal.ts";
import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";

const permissionsOf = (role: Role, scopes?: readonly string[]): Set<string> => {
  const user = {
    id: newId(),
    email: "a@example.com",
    fullName: "A",
    role,
    isActive: true,
    emailVerified: true,
    createdAt: now(),
  };
  const caller = new Principal({ user, sessionId: newId(), scopes: scopes && new Set(scopes) });
  return new Set(ALL_PERMISSIONS.filter((permission) => caller.may(permission)));
};

test("without scopes the role decides", () => {
  for (const role of ROLES) {
    assert.deepEqual(permissionsOf(role), new Set(PERMISSIONS[role]));
  }
});

test("scopes narrow the role", () => {
  assert.deepEqual(permissionsOf("admin", ["users:read"]), new Set(["users:read"]));
});

test("scopes never widen the role", () => {
  const permissions = permissionsOf("user", ["account:write", "users:read"]);
  assert.deepEqual(permissions, new Set(["account:write"]));
});

test("no scopes at all allow nothing", () => {
  assert.deepEqual(permissionsOf("admin", []), new Set());
});
