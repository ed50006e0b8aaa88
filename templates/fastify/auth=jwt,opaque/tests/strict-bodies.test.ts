/** What every route with a body refuses. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RouteOptions } from "fastify";
import { problemOf } from "./support/problems.ts";
import { type Scope, startService } from "./support/service.ts";
import { REFRESH_URL, REVOKE_URL, TOKEN_URL } from "./support/sign-in.ts";

/** Routes whose forms may have unknown fields (RFC 6749, 3.2). */
const LENIENT_ROUTES: ReadonlySet<string> = new Set([TOKEN_URL, REVOKE_URL]);
/** Routes whose problems OAuth clients read. */
const OAUTH_ROUTES: ReadonlySet<string> = new Set([TOKEN_URL, REVOKE_URL, REFRESH_URL]);
const OAUTH_PROBLEM = { mediaType: "application/json", members: ["error", "error_description"] };

/** Starts a service, and returns its routes with a body beside it. */
const withBodies = async (t: Scope) => {
  const service = await startService(t);
  const routes = service.app.routeTable.all.filter(({ schema }) => schema?.body !== undefined);
  assert.ok(routes.length >= 2);
  return { ...service, routes };
};

const nameOf = ({ method, url }: RouteOptions): string => `${method} ${url}`;

test("every body has a schema that refuses unknown fields", async (t) => {
  const { routes } = await withBodies(t);
  for (const route of routes) {
    const body = route.schema?.body as { additionalProperties?: boolean };
    const expected = LENIENT_ROUTES.has(route.url) ? undefined : false;
    assert.equal(body.additionalProperties, expected, nameOf(route));
  }
});

test("every route with a body is strict about it", async (t) => {
  const { client, routes } = await withBodies(t);
  const cases: (readonly [string | undefined, string | Buffer, number])[] = [
    ["text/plain", "{}", 415],
    ["application/xml", "<a/>", 415],
    ["multipart/form-data; boundary=x", "--x--", 415],
    [undefined, "{}", 415],
    ["application/json; charset=utf-16", "{}", 415],
    ["application/json", "{", 400],
    ["application/json", Buffer.from([0xff]), 400],
    ["application/json", '{"a": 1, "a": 2}', 400],
    ["application/x-www-form-urlencoded", "a=1&a=2", 400],
  ];
  const open = routes.filter(({ config }) => config?.access === "public");
  for (const { method, url, schema } of open) {
    const takesForm = schema?.consumes !== undefined;
    const problem = OAUTH_ROUTES.has(url) ? OAUTH_PROBLEM : undefined;
    for (const [type, content, status] of cases) {
      const isForm = type === "application/x-www-form-urlencoded";
      const answer = await client.request(method as "POST", url, {
        content,
        headers: type === undefined ? {} : { "content-type": type },
      });
      problemOf(answer, takesForm === isForm ? status : 415, problem);
    }
  }
});
