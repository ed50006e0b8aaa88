import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../support/client.ts";
import { problemOf } from "../support/problems.ts";
import { type Scope, startService, type Variables } from "../support/service.ts";

const PLAIN = { "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "http" };
const PROXIED = { TRUSTED_PROXIES: "10.0.0.0/8", DOCS_ENABLED: "true" };

const production = async (t: Scope, settings: Variables = {}) => {
  const { app, client } = await startService(
    t,
    { ...PROXIED, ...settings },
    { behaveAs: "production" },
  );
  return { proxy: new Client(app, "10.0.0.1"), client };
};

test("the api refuses plain http", async (t) => {
  const { proxy } = await production(t);
  for (const path of ["/api/v1/users/me", "/api/v1/nowhere", "/%61pi/v1/users/me"]) {
    for (const method of ["GET", "POST", "OPTIONS"] as const) {
      problemOf(await proxy.request(method, path, { headers: PLAIN }), 403);
    }
  }
});

test("a page over plain http is sent to https, with the prefix that the proxy strips", async (t) => {
  const { proxy } = await production(t, { ROOT_PATH: "/orders" });
  const answer = await proxy.get("/docs?a=b", { headers: { ...PLAIN, host: "localhost:8080" } });
  assert.equal(answer.statusCode, 308);
  assert.equal(answer.headers["location"], "https://localhost/orders/docs?a=b");
  assert.equal(answer.headers["strict-transport-security"], undefined);
});

test("a redirect never leaves the service", async (t) => {
  const { proxy } = await production(t);
  for (const path of ["//evil.example", "/\\evil.example", "/@evil.example"]) {
    const { headers, statusCode } = await proxy.get(path, { headers: PLAIN });
    if (statusCode !== 308) continue;
    assert.equal(new URL(String(headers["location"])).host, "localhost", path);
  }
  for (const path of ["/", "/health/live"]) {
    problemOf(await proxy.get(path, { headers: { ...PLAIN, host: "evil.example" } }), 400);
  }
});

test("the standard field counts as well", async (t) => {
  const { proxy } = await production(t);
  const headers = { forwarded: "for=192.0.2.7;proto=http" };
  assert.equal((await proxy.get("/docs", { headers })).statusCode, 308);
});

test("https, a probe that comes directly and a stranger who plays proxy are served", async (t) => {
  const { proxy, client } = await production(t);
  const secure = { ...PLAIN, "x-forwarded-proto": "https" };
  assert.equal((await proxy.get("/health/live", { headers: secure })).statusCode, 200);
  assert.equal((await proxy.get("/health/live")).statusCode, 200);
  const played = await client.get("/health/live", { headers: PLAIN });
  assert.equal(played.statusCode, 200);
  assert.ok(played.headers["strict-transport-security"]);
});

test("elsewhere plain http is served", async (t) => {
  for (const behaveAs of ["development", "test", "staging"] as const) {
    const { app } = await startService(t, PROXIED, { behaveAs });
    const answer = await new Client(app, "10.0.0.1").get("/health/live", { headers: PLAIN });
    assert.equal(answer.statusCode, 200);
  }
});
