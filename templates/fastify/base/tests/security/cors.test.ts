import assert from "node:assert/strict";
import { test } from "node:test";
import { ALLOW_CREDENTIALS } from "../../src/auth/cors.ts";
import { everyKindOfAnswer, failing, TIGHT } from "../support/answers.ts";
import type { Answer } from "../support/client.ts";
import { startService } from "../support/service.ts";

const ORIGIN = "https://app.example.com";
const FOREIGN = "https://evil.example";
const ME = "/api/v1/users/me";
const EXPOSED =
  "Content-Disposition, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-ID";

const corsOf = ({ headers }: Answer): string[] =>
  Object.keys(headers).filter((name) => name.startsWith("access-control-"));

test("an allowed origin may read the answer", async (t) => {
  const { client } = await startService(t);
  const { headers } = await client.get("/health/live", { headers: { origin: ORIGIN } });
  assert.equal(headers["access-control-allow-origin"], ORIGIN);
  assert.equal(headers["access-control-expose-headers"], EXPOSED);
  assert.equal(headers["access-control-allow-credentials"], ALLOW_CREDENTIALS ? "true" : undefined);
});

test("an allowed origin may send what the service takes", async (t) => {
  const { client } = await startService(t);
  const answer = await client.request("OPTIONS", ME, {
    headers: {
      origin: ORIGIN,
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "x-evil",
    },
  });
  assert.equal(answer.statusCode, 204);
  assert.equal(answer.headers["access-control-allow-methods"], "GET, POST, PATCH, DELETE");
  const allowed = String(answer.headers["access-control-allow-headers"]);
  for (const name of ["Content-Type", "X-Request-ID", "traceparent"])
    assert.ok(allowed.includes(name));
  assert.ok(!allowed.includes("evil"));
  assert.equal(answer.headers["access-control-max-age"], "600");
  assert.equal(answer.body, "");
});

test("a foreign origin gets no cors headers", async (t) => {
  const { client } = await startService(t);
  for (const origin of [
    FOREIGN,
    "null",
    "http://app.example.com",
    `${ORIGIN}.evil.example`,
    `${ORIGIN}:8443`,
    "HTTPS://APP.EXAMPLE.COM",
  ]) {
    const preflight = { origin, "access-control-request-method": "GET" };
    assert.deepEqual(corsOf(await client.get("/health/live", { headers: { origin } })), []);
    const answer = await client.request("OPTIONS", ME, { headers: preflight });
    assert.equal(answer.statusCode, 403);
    assert.deepEqual(corsOf(answer), []);
  }
});

test("without an origin nothing is said, and OPTIONS is a method like others", async (t) => {
  const { client } = await startService(t);
  assert.deepEqual(corsOf(await client.get("/health/live")), []);
  assert.equal((await client.request("OPTIONS", ME)).statusCode, 405);
  const foreign = { headers: { origin: FOREIGN } };
  assert.equal((await client.request("OPTIONS", ME, foreign)).statusCode, 405);
});

test("a page can read every kind of answer, and a foreign one none", async (t) => {
  for (const [origin, allowed] of [
    [ORIGIN, ORIGIN],
    [FOREIGN, undefined],
  ] as const) {
    const service = await startService(t, TIGHT, { routes: failing });
    for await (const [status, { headers, raw }] of everyKindOfAnswer(service, origin)) {
      // One of them is asked by a foreign page anyhow, and another is refused as a preflight.
      if (raw.req.method === "OPTIONS") continue;
      assert.equal(headers["access-control-allow-origin"], allowed, String(status));
    }
  }
});

test("any origin is allowed without credentials alone", async (t) => {
  const { client } = await startService(t, { CORS_ORIGINS: "*" });
  const { headers } = await client.get("/health/live", { headers: { origin: FOREIGN } });
  assert.equal(headers["access-control-allow-origin"], "*");
  assert.equal(headers["access-control-allow-credentials"], undefined);
});
