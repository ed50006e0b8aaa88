import assert from "node:assert/strict";
import { test } from "node:test";
import { everyKindOfAnswer, failing, TIGHT } from "../support/answers.ts";
import { startService } from "../support/service.ts";

const ALWAYS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  vary: "Origin",
};
const POLICY = "default-src 'none'; frame-ancestors 'none'";
const HSTS = "max-age=31536000; includeSubDomains";

test("every kind of response has them", async (t) => {
  for (const environment of ["development", "production"] as const) {
    const service = await startService(t, TIGHT, { behaveAs: environment, routes: failing });
    let kinds = 0;
    for await (const [status, { statusCode, headers, raw }] of everyKindOfAnswer(
      service,
      "https://app.example.com",
    )) {
      assert.equal(statusCode, status);
      for (const [name, value] of Object.entries(ALWAYS)) assert.equal(headers[name], value);
      if (raw.req.url !== "/docs") assert.equal(headers["content-security-policy"], POLICY);
      const isApi = raw.req.url?.startsWith("/api/");
      assert.equal(headers["cache-control"], isApi ? "no-store" : undefined);
      const isPlain = raw.req.headers["x-forwarded-proto"] === "http";
      const hsts = environment === "production" && !isPlain ? HSTS : undefined;
      assert.equal(headers["strict-transport-security"], hsts);
      assert.match(String(headers["x-request-id"]), /^[A-Za-z0-9-]{8,64}$/);
      for (const name of ["server", "x-powered-by"]) assert.equal(headers[name], undefined);
      kinds++;
    }
    assert.ok(kinds >= 21);
  }
});

test("a path in other letters has the headers of the api too", async (t) => {
  const { client } = await startService(t);
  const answer = await client.get("/%61pi/v1/users/me");
  assert.equal(answer.statusCode, 401);
  assert.equal(answer.headers["cache-control"], "no-store");
});

test("a refusal for too many requests has them too", async (t) => {
  const { client } = await startService(t, { RATE_LIMIT_DEFAULT: "1/minute" });
  await client.get("/nowhere");
  const { statusCode, headers } = await client.get("/nowhere");
  assert.equal(statusCode, 429);
  assert.equal(headers["content-security-policy"], POLICY);
});
