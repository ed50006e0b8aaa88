/** What arrives at the collector of a request: read at the other end. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { context, trace } from "@opentelemetry/api";
import { newId } from "../../src/ids.ts";
import { Type } from "../../src/json-schema.ts";
import type { App } from "../../src/routing.ts";
import { Client } from "../support/client.ts";
import { tracedService } from "../support/collector.ts";
import { problemOf } from "../support/problems.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";
import { exchange, listen } from "../support/sockets.ts";

const USER = "/api/v1/users/{user_id}";
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "_OTHER"];
const CALLED = ["GET", "POST", "PATCH", "DELETE"] as const;
const KNOWN = new Set([
  "db.collection.name",
  "db.operation.name",
  "db.system.name",
  "error.type",
  "http.request.method",
  "http.response.status_code",
  "http.route",
]);
const SECRETS = {
  password: "hunter2-password",
  token: "eyJhbGciOi.hunter2-token.c2ln",
  cookie: "hunter2-cookie",
  key: "hunter2-key",
  database: "hunter2-database",
  query: "hunter2-query",
  email: "hunter2@example.com",
};

const Text = Type.Optional(Type.String());
const Query = Type.Object({ token: Text, email: Text });

class Crash extends Error {}

/** Adds a route that crashes with all that it knows. */
const crashing = (app: App): void => {
  app.post("/crash", { schema: { querystring: Query } }, async (request) => {
    const { settings } = app.resources;
    const cause = new RangeError(`no such key: ${SECRETS.key}, ${settings.secretKey.reveal()}`);
    const where = `scheme://u:${SECRETS.database}@db/${SECRETS.email} ${request.url}`;
    throw new Crash(where, { cause });
  });
};

const call = (client: Client, method: (typeof CALLED)[number], path: string) =>
  client.request(method, `${path}?token=${SECRETS.query}&email=${SECRETS.email}`, {
    json: { password: SECRETS.password, username: SECRETS.email },
    headers: {
      authorization: `Bearer ${SECRETS.token}`,
      cookie: `session=${SECRETS.cookie}`,
      "user-agent": `agent ${SECRETS.key}`,
      "x-credential": SECRETS.key,
      "x-request-id": "hunter2-request",
      "x-forwarded-for": "198.51.100.77",
    },
  });

test("a request is a span of its route", async (t) => {
  const service = await tracedService(t);
  const { client } = await signUp(service, "admin");
  await client.get(`/api/v1/users/${newId()}`);
  await service.client.get("/nowhere");
  await service.stop();
  const [found, unmatched] = service.collector.requests.slice(-2);
  assert.deepEqual(
    [found?.name, found?.parentId, found?.hasFailed, found?.attributes],
    [
      `GET ${USER}`,
      "",
      false,
      {
        "http.request.method": "GET",
        "http.response.status_code": 404,
        "http.route": USER,
      },
    ],
  );
  assert.ok(found && found.seconds > 0 && found.seconds < 10);
  assert.deepEqual(
    [unmatched?.name, unmatched?.attributes],
    ["GET", { "http.request.method": "GET", "http.response.status_code": 404 }],
  );
});

test("no secret of a request is exported", async (t) => {
  const service = await tracedService(t, {}, { routes: crashing });
  const { app, client, collector } = service;
  for (const { url, method } of app.routeTable.all) {
    for (const called of CALLED.filter((name) => [method].flat().includes(name))) {
      await call(client, called, url.replace(/:(\w+)/g, "hunter2-$1"));
    }
  }
  assert.equal((await call(client, "POST", "/crash")).statusCode, 500);
  await call(client, "GET", `/${SECRETS.token}/${SECRETS.email}`);
  const { client: user, user: account } = await signUp(service);
  await user.patch("/api/v1/users/me", { json: { full_name: "Hunter2 Name" } });
  const secretKey = app.resources.settings.secretKey.reveal();
  await service.stop();
  assert.ok(collector.requests.length > 10);
  const failed = collector.requests.filter(({ hasFailed }) => hasFailed);
  assert.deepEqual(
    new Set(failed.map(({ name, attributes }) => `${name} ${attributes["error.type"]}`)),
    new Set(["POST /crash Crash"]),
  );
  const addresses = ["192.0.2.1", "198.51.100.77", account.email];
  for (const secret of [...Object.values(SECRETS), ...addresses, secretKey]) {
    assert.ok(!collector.text.includes(secret), secret);
  }
  assert.ok(!collector.text.toLowerCase().includes("hunter2"));
  for (const { attributes } of collector.spans) {
    for (const name of Object.keys(attributes)) assert.ok(KNOWN.has(name), name);
  }
});

test("no caller makes names or values", async (t) => {
  const { app, client, collector, stop } = await tracedService(t);
  const port = await listen(app);
  for (const method of ["PROPFIND", "MKCOL"]) {
    const request = `${method} /marked HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    await exchange(port, request);
  }
  for (let number = 0; number < 20; number++) {
    const marked = `marked${number}`;
    await client.get(`/api/v1/${marked}?token=${marked}`);
    await client.get("/api/v1/users/me", { headers: { host: `${marked}.example` } });
    await client.get(`/api/v1/users/${marked}`, { headers: { "user-agent": marked } });
    await new Client(app, `192.0.2.${number}`).get("/api/v1/users");
  }
  const routes = app.routeTable.all.map(({ url }) => url.replace(/:(\w+)/g, "{$1}"));
  await stop();
  assert.equal(collector.requests.length, 82);
  assert.ok(!collector.text.toLowerCase().includes("marked"));
  for (const { attributes } of collector.requests) {
    assert.ok(METHODS.includes(String(attributes["http.request.method"])));
    const route = attributes["http.route"];
    assert.ok(route === undefined || routes.includes(String(route)), String(route));
  }
  assert.ok(new Set(collector.spans.map(({ name }) => name)).size < 20);
});

test("probes are not traced", async (t) => {
  const { client, collector, stop } = await tracedService(t);
  for (const path of ["/health/live", "/health/ready"]) await client.get(path);
  await stop();
  assert.deepEqual(collector.spans, []);
});

test("errors and the log name the trace", async (t) => {
  const service = await tracedService(t, { DOCS_ENABLED: "true" }, { routes: crashing });
  const { client, collector, lines } = service;
  const members = ["trace_id"];
  const problems = [
    problemOf(await client.get("/api/v1/users/me"), 401, { members }),
    problemOf(await client.post("/crash"), 500, { members }),
  ];
  assert.equal((await client.get("/health/live")).body, '{"status":"ok"}');
  const { components } = (await client.get("/openapi.json")).json();
  await service.stop();
  assert.deepEqual(
    problems.map((problem) => problem["trace_id"]),
    collector.requests.slice(0, 2).map(({ traceId }) => traceId),
  );
  const { Problem } = components.schemas;
  assert.equal(Problem.properties.trace_id.pattern, "^[0-9a-f]{32}$");
  assert.ok(!Problem.required.includes("trace_id"));
  const events = (problem: { readonly [member: string]: unknown } | undefined) =>
    lines.filter((line) => line["trace_id"] === problem?.["trace_id"]).map(({ event }) => event);
  assert.deepEqual(events(problems[0]), ["request"]);
  assert.deepEqual(events(problems[1]), ["request.crashed", "request"]);
});

test("without an endpoint nothing is traced", async (t) => {
  const { client, resources, lines } = await startService(t);
  problemOf(await client.get("/api/v1/users/me"), 401);
  assert.equal(resources.tracing.reporter, undefined);
  assert.ok(!JSON.stringify(lines).includes("trace_id"));
});

test("a share of the traces is kept and all are named", async (t) => {
  const service = await tracedService(t, { OTEL_TRACES_SAMPLER_ARG: "0" });
  const answer = await service.client.get("/api/v1/users/me");
  await service.stop();
  assert.deepEqual(service.collector.bodies, []);
  assert.match(answer.json().trace_id, /^[0-9a-f]{32}$/);
});

test("no other package finds a provider", async (t) => {
  const seen: unknown[] = [];
  const service = await tracedService(
    t,
    {},
    {
      routes: (app) => {
        app.get("/look", async () => {
          seen.push(trace.getSpan(context.active()));
          trace.getTracer("another").startSpan("hunter2").end();
          return {};
        });
      },
    },
  );
  await service.client.get("/look");
  await service.stop();
  assert.deepEqual(seen, [undefined]);
  assert.equal(service.collector.requests.length, 1);
  assert.ok(!service.collector.text.includes("hunter2"));
});
