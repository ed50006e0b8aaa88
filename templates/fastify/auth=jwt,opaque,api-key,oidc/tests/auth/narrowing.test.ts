/** Every role, every scope that a credential can be narrowed to, and every route that there is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { permissionsOf } from "../../src/auth/access.ts";
import { PERMISSIONS, ROLES } from "../../src/auth/permissions.ts";
import { signUpNarrowed } from "../support/narrowed.ts";
import { callEach, nameOf } from "../support/routes.ts";
import { startService } from "../support/service.ts";

test("access requires the permission in role and scopes", async (t) => {
  const service = await startService(t);
  for (const role of ROLES) {
    for (const scope of PERMISSIONS[role]) {
      const narrowed = () => signUpNarrowed(service, role, [scope]);
      for (const { route, answer } of await callEach(narrowed)) {
        const asked = permissionsOf(route.access);
        const what = `${nameOf(route)} as ${role} with ${scope}`;
        const isLetIn = asked.every((permission) => permission === scope);
        assert.equal(answer.statusCode !== 403, isLetIn, what);
        const challenge = String(answer.headers["www-authenticate"] ?? "");
        const isWithinRole = asked.every((permission) => PERMISSIONS[role].has(permission));
        const isTold = challenge.includes('error="insufficient_scope"');
        assert.equal(isTold, isWithinRole && !isLetIn, what);
      }
    }
  }
});
