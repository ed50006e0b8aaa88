/** Metrics of requests: what they count, and that no caller can make more of them. */

import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { newId } from "../../src/ids.ts";
import { OTHER, UNMATCHED } from "../../src/telemetry/request-metrics.ts";
import { exposed, measuredService, samples, sumOf } from "../support/metrics.ts";
import { signUp } from "../support/sign-up.ts";
import { exchange, listen } from "../support/sockets.ts";

const COUNT = "http_server_request_duration_seconds_count";
const USER = "/api/v1/users/{user_id}";
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", OTHER];

const counted = (method: string, route: string, status: number): Promise<number> =>
  sumOf(COUNT, { method, route, status: String(status) });

test("a request is counted by its route", async (t) => {
  const service = await measuredService(t);
  const { client } = await signUp(service, "admin");
  const before = await counted("GET", USER, 404);
  await client.get(`/api/v1/users/${newId()}`);
  await client.request("HEAD", `/api/v1/users/${newId()}`);
  await client.get("/nowhere");
  assert.equal(await counted("GET", USER, 404), before + 2);
  assert.equal(await counted("GET", UNMATCHED, 404), 1);
  assert.equal(await sumOf("http_server_active_requests"), 0);
});

test("requests in progress are counted", async (t) => {
  const { client } = await measuredService(
    t,
    {},
    {
      routes: (app) => {
        app.get("/active", async () => ({ active: await sumOf("http_server_active_requests") }));
      },
    },
  );
  assert.deepEqual((await client.get("/active")).json(), { active: 1 });
});

test("a crash is counted", async (t) => {
  const { client } = await measuredService(
    t,
    {},
    {
      routes: (app) => {
        app.get("/crash", async () => {
          throw new Error();
        });
      },
    },
  );
  assert.equal((await client.get("/crash")).statusCode, 500);
  assert.equal(await counted("GET", "/crash", 500), 1);
});

async function* broken() {
  yield "first";
  throw new Error();
}

test("an answer that breaks off is counted as a crash", async (t) => {
  const { app } = await measuredService(
    t,
    {},
    { routes: (routes) => routes.get("/broken", async () => Readable.from(broken())) },
  );
  const port = await listen(app);
  const answer = await exchange(port, "GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.equal(await counted("GET", "/broken", 500), 1);
});

test("callers cannot add series", async (t) => {
  const service = await measuredService(t);
  const { client } = await signUp(service, "admin");
  const port = await listen(service.app);
  for (const method of ["PROPFIND", "MKCOL", "LOCK", "PURGE"]) {
    await exchange(
      port,
      `${method} /api/v1/hunter HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
  }
  for (let number = 0; number < 20; number++) {
    const marked = `hunter${number}`;
    await client.get(`/api/v1/${marked}/${newId()}?token=${marked}`);
    await client.get(`/api/v1/${marked}/%zz`);
    await client.get("/api/v1/users/me", { headers: { host: `${marked}.example` } });
    await client.patch(`/api/v1/users/me?${marked}=1`, { headers: { "user-agent": marked } });
    await client.get(`/api/v1/users/${marked}`, { headers: { "x-request-id": `${marked}-id` } });
  }
  assert.ok(!(await exposed()).toLowerCase().includes("hunter"));
  const routes = service.app.routeTable.all.map(({ url }) => url.replace(/:(\w+)/g, "{$1}"));
  const requests = (await samples()).filter(({ name }) => name === COUNT);
  assert.ok(requests.length > 3);
  for (const { labels } of requests) {
    assert.ok(METHODS.includes(labels["method"] ?? ""), labels["method"]);
    assert.ok([...routes, UNMATCHED].includes(labels["route"] ?? ""), labels["route"]);
  }
});

test("probes are not counted", async (t) => {
  const { client } = await measuredService(t);
  for (const path of ["/health/live", "/health/ready"]) await client.get(path);
  assert.ok(!(await exposed()).includes("/health"));
  assert.equal(await sumOf(COUNT), 0);
});

test("what a rate limit refuses is counted by its name", async (t) => {
  const { client } = await measuredService(t, { RATE_LIMIT_DEFAULT: "2/hour" });
  for (let asked = 0; asked < 5; asked++) await client.get("/api/v1/users/me");
  const refusals = (await samples()).filter(({ name }) => name === "rate_limit_refusals_total");
  assert.deepEqual(refusals, [
    { name: "rate_limit_refusals_total", labels: { limit: "default" }, value: 3 },
  ]);
});
