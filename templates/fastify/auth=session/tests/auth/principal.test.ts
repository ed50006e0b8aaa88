import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_PERMISSIONS, PERMISSIONS, ROLES } from "../../src/auth/permissions.ts";
import { Principal } from "../../src/auth/principal.ts";
import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import { digest, newSecret } from "../../src/tokens/token.ts";

test("a caller has the permissions of its role", () => {
  for (const role of ROLES) {
    const user = {
      id: newId(),
      email: "a@example.com",
      fullName: "A",
      role,
      isActive: true,
      emailVerified: true,
      createdAt: now(),
    };
    const caller = new Principal({ user, sessionId: newId(), digest: digest(newSecret()) });
    const permissions = ALL_PERMISSIONS.filter((permission) => caller.may(permission));
    assert.deepEqual(new Set(permissions), new Set(PERMISSIONS[role]));
  }
});
