/** Every role, every scope that a credential can be narrowed to, and every route that there is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { describeApp } from "../../src/app.ts";
import { type Access, permissionsOf } from "../../src/auth/access.ts";
import { PERMISSIONS, type Permission, ROLES } from "../../src/auth/permissions.ts";
import { newId } from "../../src/ids.ts";
import type { Resources } from "../../src/resources.ts";
import { defaultSettings } from "../../src/settings/index.ts";
import { startService } from "../support/service.ts";
import { NARROWS, OPEN_ROUTES, PUBLIC_ROUTES } from "../support/sign-in.ts";
import { type Caller, signUp } from "../support/sign-up.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

interface Route {
  readonly method: (typeof METHODS)[number];
  readonly url: string;
  readonly access: Access;
}

const nameOf = ({ method, url }: Route): string => `${method} ${url}`;

/** Lists the routes under /api/v1. */
const routesOf = async (): Promise<Route[]> => {
  const routes: Route[] = [];
  const { app } = describeApp(defaultSettings());
  app.addHook("onRoute", ({ method, url, config }) => {
    const known = METHODS.find((each) => [method].flat().includes(each));
    if (known !== undefined && config?.access !== undefined) {
      routes.push({ method: known, url, access: config.access });
    }
  });
  app.decorate("resources", {} as Resources);
  await app.ready();
  await app.close();
  return routes;
};

const routes = await routesOf();
const closed = routes.filter(({ access }) => access !== "public");

/** Tells whether a call without a body does something, to the caller itself. */
const mayEndTheCaller = ({ method, url }: Route): boolean => method !== "GET" && !url.includes(":");

test("only reading oneself and signing out take no permission", () => {
  const open = routes.filter(({ access }) => access === "signed-in").map(nameOf);
  assert.deepEqual(new Set(open), OPEN_ROUTES);
  const everybodys = routes.filter(({ access }) => access === "public").map(nameOf);
  assert.deepEqual(new Set(everybodys), PUBLIC_ROUTES);
});

test("nobody is let in by a private route", async (t) => {
  const { client } = await startService(t);
  assert.ok(closed.length >= 9);
  for (const { method, url } of closed) {
    const answer = await client.request(method, url.replace(/:\w+/g, newId()));
    assert.equal(answer.statusCode, 401, `${method} ${url}`);
    assert.ok(answer.headers["www-authenticate"]);
  }
});

test("access requires the permission in role and scopes", async (t) => {
  const service = await startService(t);
  assert.ok(closed.length >= 9);
  const ordered = closed.toSorted(
    (a, b) => Number(mayEndTheCaller(a)) - Number(mayEndTheCaller(b)),
  );
  for (const role of ROLES) {
    for (const scope of NARROWS ? [undefined, ...PERMISSIONS[role]] : [undefined]) {
      const granted: ReadonlySet<Permission> =
        scope === undefined ? PERMISSIONS[role] : new Set([scope]);
      let caller: Caller | undefined;
      for (const route of ordered) {
        caller ??= await signUp(service, role, scope === undefined ? {} : { scopes: [scope] });
        const url = route.url.replace(/:\w+/g, newId());
        const answer = await caller.client.request(route.method, url);
        const asked = permissionsOf(route.access);
        const what = `${nameOf(route)} as ${role} with ${scope}`;
        assert.notEqual(answer.statusCode, 401, what);
        const isLetIn = asked.every((permission) => granted.has(permission));
        assert.equal(answer.statusCode !== 403, isLetIn, what);
        const challenge = String(answer.headers["www-authenticate"] ?? "");
        const isWithinRole = asked.every((permission) => PERMISSIONS[role].has(permission));
        const isTold = challenge.includes('error="insufficient_scope"');
        assert.equal(isTold, isWithinRole && !isLetIn, what);
        if (answer.statusCode === 204) {
          caller = undefined;
        }
      }
    }
  }
});
