/** What every route with a body refuses. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "./support/problems.ts";
import { urlOf } from "./support/routes.ts";
import { type Scope, startService } from "./support/service.ts";
import { signUp } from "./support/sign-up.ts";

/** Starts a service, and returns its routes with a body beside it. */
const withBodies = async (t: Scope) => {
  const service = await startService(t, { RATE_LIMIT_ENABLED: "false" });
  const routes = service.app.routeTable.all.filter(({ schema }) => schema?.body !== undefined);
  assert.ok(routes.length >= 2);
  return { ...service, routes };
};

test("every body has a schema that refuses unknown fields", async (t) => {
  const { routes } = await withBodies(t);
  for (const { schema, method, url } of routes) {
    const body = schema?.body as { additionalProperties?: boolean };
    assert.equal(body.additionalProperties, false, `${method} ${url}`);
  }
});

test("every route with a body is strict about it", async (t) => {
  const service = await withBodies(t);
  const { client } = await signUp(service, "admin");
  const cases: (readonly [string | undefined, string | Buffer, number])[] = [
    ["text/plain", "{}", 415],
    ["application/xml", "<a/>", 415],
    ["multipart/form-data; boundary=x", "--x--", 415],
    ["application/x-www-form-urlencoded", "a=1", 415],
    [undefined, "{}", 415],
    ["application/json; charset=utf-16", "{}", 415],
    ["application/json", "{", 400],
    ["application/json", Buffer.from([0xff]), 400],
    ["application/json", '{"a": 1, "a": 2}', 400],
  ];
  for (const route of service.routes) {
    for (const [type, content, status] of cases) {
      const answer = await client.request(route.method as "POST", urlOf(route), {
        content,
        headers: type === undefined ? {} : { "content-type": type },
      });
      problemOf(answer, status);
    }
  }
});
