import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import type { Resources } from "../../src/resources.ts";
import { Client, type Options } from "../support/client.ts";
import { OPEN_URL, withOpenRoute } from "../support/open-route.ts";
import { problemOf } from "../support/problems.ts";
import { startService } from "../support/service.ts";
import { CREDENTIAL_HEADERS, CREDENTIAL_START } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";
import { travel } from "../support/time.ts";

const ME = "/api/v1/users/me";
const JSON_HEADERS = { "content-type": "application/json" };
const WRONG = { [CREDENTIAL_HEADERS[0] ?? ""]: `${CREDENTIAL_START}wrong` };
// What a caller who is not known can send, and how it fails.
const FAILURES: Readonly<
  Record<string, readonly [number, "GET" | "POST" | "PUT" | "PATCH", string, Options]>
> = {
  "a body that cannot be read": [400, "POST", OPEN_URL, { content: "{", headers: JSON_HEADERS }],
  "a body of another type": [415, "POST", OPEN_URL, { content: "x" }],
  "a path that does not exist": [404, "GET", "/nowhere", {}],
  "a method that does not exist": [405, "PUT", ME, {}],
  "a parameter that does not exist": [422, "GET", "/docs?x=1", {}],
  "no credential": [401, "GET", ME, {}],
  "a wrong credential": [401, "GET", ME, { headers: WRONG }],
  "a wrong credential and a body": [
    401,
    "PATCH",
    ME,
    { content: "{", headers: { ...JSON_HEADERS, ...WRONG } },
  ],
  "a body that is too long": [
    413,
    "PATCH",
    ME,
    { content: "{}", headers: { "content-length": "999999999" } },
  ],
  "a path that cannot be read": [400, "GET", "/%zz", {}],
};

test("failures before authentication count by address", async (t) => {
  for (const [name, [status, method, path, options]] of Object.entries(FAILURES)) {
    const settings = { RATE_LIMIT_DEFAULT: "2/minute", DOCS_ENABLED: "true" };
    const service = await startService(t, settings, { routes: withOpenRoute });
    const statuses = [];
    for (let asked = 0; asked < 3; asked++) {
      statuses.push((await service.client.request(method, path, options)).statusCode);
    }
    assert.deepEqual(statuses, [status, status, 429], name);
    const elsewhere = await new Client(service.app, "192.0.2.2").request(method, path, options);
    assert.equal(elsewhere.statusCode, status, name);
  }
});

test("what everybody may read counts by address", async (t) => {
  const { app } = await startService(t, {
    RATE_LIMIT_DEFAULT: "2/minute",
    SECURITY_CONTACT: "security@example.com",
    DOCS_ENABLED: "true",
  });
  const paths = [
    "/.well-known/security.txt",
    "/openapi.json",
    "/docs",
    "/docs-assets/swagger-ui.css",
  ];
  for (const [number, path] of paths.entries()) {
    const client = new Client(app, `192.0.2.${number + 10}`);
    const statuses = [];
    for (let asked = 0; asked < 3; asked++) statuses.push((await client.get(path)).statusCode);
    assert.deepEqual(statuses, [200, 200, 429], path);
  }
});

test("crashes count by address", async (t) => {
  const { client } = await startService(
    t,
    { RATE_LIMIT_DEFAULT: "2/minute" },
    {
      routes: (app) => {
        app.get("/crash", async () => {
          throw new Error("crash");
        });
      },
    },
  );
  const statuses = [];
  for (let asked = 0; asked < 3; asked++) statuses.push((await client.get("/crash")).statusCode);
  assert.deepEqual(statuses, [500, 500, 429]);
});

/** Counts the uses of the database from now on. */
const countUses = (
  { database }: Resources,
  t: { mock: { method: typeof import("node:test").mock.method } },
) => {
  const reader = t.mock.method(database, "reader");
  const transaction = t.mock.method(database, "transaction");
  return () => reader.mock.callCount() + transaction.mock.callCount();
};

test("what fails while a refusal is recorded is not told", async (t) => {
  const { client, resources, lines } = await startService(t, { RATE_LIMIT_DEFAULT: "2/minute" });
  t.mock.method(resources.database, "transaction", async () => {
    throw new Error("INSERT INTO audit_events");
  });
  for (const [path, headers] of [
    ["/%zz", {}],
    ["/api/v1/users/me", WRONG],
    ["/nowhere", {}],
  ] as const) {
    for (let time = 0; time < 4; time++) {
      const answer = await client.get(path, { headers });
      assert.equal(answer.headers["content-type"], "application/problem+json", path);
      assert.doesNotMatch(answer.body, /INSERT/);
    }
  }
  assert.ok(lines.some(({ event }) => event === "request.crashed"));
});

test("an address over the limit causes no query or body read", async (t) => {
  const { client, resources } = await startService(t, { RATE_LIMIT_DEFAULT: "1/minute" });
  for (let asked = 0; asked < 2; asked++) await client.get(ME, { headers: WRONG });
  const uses = countUses(resources, t);
  for (const path of ["/api/v1/users", ME, "/nowhere"]) {
    problemOf(await client.get(path, { headers: WRONG }), 429);
  }
  let isRead = false;
  const payload = new Readable({
    read() {
      isRead = true;
      this.push(null);
    },
  });
  const headers = { ...JSON_HEADERS, "content-length": "2" };
  const answer = await client.app.inject({
    method: "POST",
    url: OPEN_URL,
    headers,
    payload,
    remoteAddress: client.address,
  });
  problemOf(answer, 429);
  assert.deepEqual([uses(), isRead], [0, false]);
});

test("a caller over the limit costs no query", async (t) => {
  const service = await startService(t, { RATE_LIMIT_DEFAULT: "2/minute" });
  const { client } = await signUp(service);
  const statuses = [];
  for (let asked = 0; asked < 3; asked++) statuses.push((await client.get(ME)).statusCode);
  assert.deepEqual(statuses, [200, 200, 429]);
  const uses = countUses(service.resources, t);
  problemOf(await client.get(ME), 429);
  problemOf(await client.patch(ME, { json: {} }), 429);
  assert.equal(uses(), 0);
});

test("a caller is not shut out by others at the same address", async (t) => {
  const service = await startService(t, { RATE_LIMIT_DEFAULT: "5/minute" });
  const { client } = await signUp(service);
  assert.equal((await client.get(ME)).statusCode, 200);
  for (let asked = 0; asked < 5; asked++) await service.client.get("/nowhere");
  problemOf(await service.client.get("/nowhere"), 429);
  assert.equal((await client.get(ME)).statusCode, 200);
});

test("what a caller does wrong counts as the caller's own", async (t) => {
  const service = await startService(t, { RATE_LIMIT_DEFAULT: "4/minute" });
  const { client } = await signUp(service);
  await client.get(ME);
  for (let asked = 0; asked < 3; asked++) problemOf(await client.get(`${ME}?x=1`), 422);
  problemOf(await client.get(`${ME}?x=1`), 429);
  // The address has nothing to do with it.
  problemOf(await service.client.get("/nowhere"), 404);
});

test("a credential that ended counts by address", async (t) => {
  const service = await startService(t, { RATE_LIMIT_DEFAULT: "3/minute" });
  const { client } = await signUp(service);
  await client.get(ME);
  assert.equal((await client.delete(ME)).statusCode, 204);
  const statuses = [];
  for (let asked = 0; asked < 5; asked++) statuses.push((await client.get(ME)).statusCode);
  assert.deepEqual(statuses, [401, 401, 401, 429, 429]);
});

test("a credential that nobody looks at counts by address after a minute", async (t) => {
  const service = await startService(t, { RATE_LIMIT_DEFAULT: "3/hour" });
  const { client } = await signUp(service);
  const elsewhere = new Client(service.app, "192.0.2.9");
  Object.assign(elsewhere.headers, client.headers);
  assert.equal((await client.get(ME)).statusCode, 200);
  travel(t, 61_000);
  const statuses = [];
  for (let asked = 0; asked < 4; asked++) {
    statuses.push((await elsewhere.get("/nowhere")).statusCode);
  }
  for (let asked = 0; asked < 3; asked++) statuses.push((await client.get(ME)).statusCode);
  assert.deepEqual(statuses, [404, 404, 404, 429, 200, 200, 429]);
});

test("preflights and probes are not counted", async (t) => {
  const { client } = await startService(t, { RATE_LIMIT_DEFAULT: "1/day" });
  for (let asked = 0; asked < 3; asked++) await client.get("/nowhere");
  assert.equal((await client.get("/health/ready")).statusCode, 200);
  const headers = { origin: "https://app.example.com", "access-control-request-method": "GET" };
  assert.equal((await client.request("OPTIONS", ME, { headers })).statusCode, 204);
});

test("counter keys cannot be traced to an address", async (t) => {
  const { client, resources } = await startService(t);
  const hit = t.mock.method(resources.store, "hit");
  await client.get("/nowhere");
  const keys = hit.mock.calls.map((call) => String(call.arguments[0]));
  const mac = resources.keys.mac("rate-limit", "address:192.0.2.1").toString("base64url");
  assert.deepEqual(keys, [`default:${mac}`]);
});
