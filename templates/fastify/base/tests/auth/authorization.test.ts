/** Every role, and every route that there is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { permissionsOf } from "../../src/auth/access.ts";
import { PERMISSIONS, ROLES } from "../../src/auth/permissions.ts";
import { callEach, nameOf, routesOf, urlOf } from "../support/routes.ts";
import { startService } from "../support/service.ts";
import { OPEN_ROUTES, PUBLIC_ROUTES } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";

const routes = await routesOf();

test("only reading oneself and signing out take no permission", () => {
  const open = routes.filter(({ access }) => access === "signed-in").map(nameOf);
  assert.deepEqual(new Set(open), OPEN_ROUTES);
  const everybodys = routes.filter(({ access }) => access === "public").map(nameOf);
  assert.deepEqual(new Set(everybodys), PUBLIC_ROUTES);
});

test("nobody is let in by a private route", async (t) => {
  const { client } = await startService(t);
  const closed = routes.filter(({ access }) => access !== "public");
  assert.ok(closed.length >= 9);
  for (const route of closed) {
    const answer = await client.request(route.method, urlOf(route));
    assert.equal(answer.statusCode, 401, nameOf(route));
    assert.ok(answer.headers["www-authenticate"]);
  }
});

test("access requires the permission of the route", async (t) => {
  const service = await startService(t);
  for (const role of ROLES) {
    for (const { route, answer } of await callEach(() => signUp(service, role))) {
      const asked = permissionsOf(route.access);
      const isLetIn = asked.every((permission) => PERMISSIONS[role].has(permission));
      assert.equal(answer.statusCode !== 403, isLetIn, `${nameOf(route)} as ${role}`);
    }
  }
});
