/** The table of roles, held against what each kind of permission is for. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ALL_PERMISSIONS,
  PERMISSIONS,
  type Permission,
  ROLES,
} from "../../src/auth/permissions.ts";

const rolesWith = (permission: Permission): string[] =>
  ROLES.filter((role) => PERMISSIONS[role].has(permission));

test("every role is in the table and every permission is granted to some role", () => {
  assert.deepEqual(Object.keys(PERMISSIONS), [...ROLES]);
  for (const permission of ALL_PERMISSIONS) {
    assert.ok(rolesWith(permission).length > 0, permission);
  }
  for (const role of ROLES) {
    assert.ok(PERMISSIONS[role].isSubsetOf(new Set(ALL_PERMISSIONS)));
  }
});

test("each role may do what the one before it may", () => {
  assert.ok(PERMISSIONS.user.isSubsetOf(PERMISSIONS.moderator));
  assert.ok(PERMISSIONS.moderator.isSubsetOf(PERMISSIONS.admin));
  assert.ok(PERMISSIONS.moderator.size < PERMISSIONS.admin.size);
});

test("everybody manages the own account", () => {
  assert.deepEqual(rolesWith("account:write"), [...ROLES]);
});

test("only admins manage accounts", () => {
  const managing = ALL_PERMISSIONS.filter((permission) => permission.startsWith("users:"));
  assert.ok(managing.length >= 4);
  for (const permission of managing) {
    assert.deepEqual(rolesWith(permission), ["admin"], permission);
  }
});

test("no user reaches what belongs to others", () => {
  for (const permission of PERMISSIONS.user) {
    assert.ok(!permission.endsWith("_any"), permission);
  }
});
