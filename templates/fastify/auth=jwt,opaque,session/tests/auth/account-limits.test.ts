/** RATE_LIMIT_AUTH on the endpoints of accounts. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { SETTINGS } from "../../src/settings/model.ts";
import { change } from "../support/accounts.ts";
import { Client } from "../support/client.ts";
import { mailingService } from "../support/mailbox.ts";
import { OTHER_PASSWORD, PASSWORD } from "../support/passwords.ts";
import { signUp } from "../support/sign-up.ts";

const ENDPOINTS = {
  register: { email: "ann@example.com", password: PASSWORD, full_name: "Ann" },
  "verify-email": { token: "unknown" },
  "forgot-password": { email: "ann@example.com" },
  "reset-password": { token: "unknown", new_password: OTHER_PASSWORD },
};

const start = (t: TestContext) => mailingService(t, { RATE_LIMIT_AUTH: "5/minute" });

const usual = (status: number): boolean => status === 202 || status === 422;

test("an address has five attempts a minute", async (t) => {
  for (const [endpoint, json] of Object.entries(ENDPOINTS)) {
    const { client, app } = await start(t);
    const url = `/api/v1/auth/${endpoint}`;
    for (let number = 0; number < 5; number++) {
      const { statusCode } = await client.post(url, { json });
      assert.ok(usual(statusCode), String(statusCode));
    }
    const refusal = await client.post(url, { json });
    assert.equal(refusal.statusCode, 429);
    assert.match(String(refusal.headers["content-type"]), /^application\/problem\+json/);
    const wait = Number(refusal.headers["retry-after"]);
    assert.ok(wait >= 1 && wait <= 60);
    assert.match(String(refusal.headers["ratelimit-policy"]), /;q=5;w=60$/);
    assert.match(String(refusal.headers["ratelimit"]), new RegExp(`;r=0;t=${wait}$`));
    const elsewhere = await new Client(app, "198.51.100.7").post(url, { json });
    assert.ok(usual(elsewhere.statusCode));
  }
});

test("each endpoint counts for itself", async (t) => {
  const { client } = await start(t);
  for (let number = 0; number < 2; number++) {
    for (const [endpoint, json] of Object.entries(ENDPOINTS)) {
      const { statusCode } = await client.post(`/api/v1/auth/${endpoint}`, { json });
      assert.ok(usual(statusCode));
    }
  }
});

test("who holds a session guesses the password no faster", async (t) => {
  const service = await start(t);
  const { headers } = await signUp(service);
  const statuses = [];
  for (let number = 0; number < 6; number++) {
    // Each time from another address.
    const client = new Client(service.app, `198.51.100.${number}`);
    Object.assign(client.headers, headers);
    const answer = await change(client, OTHER_PASSWORD, "what nobody has guessed");
    statuses.push(answer.statusCode);
  }
  assert.deepEqual(statuses, [403, 403, 403, 403, 403, 429]);
});

test("by default a minute has five attempts", () => {
  assert.equal(SETTINGS.rateLimitAuth.default, "5/minute");
});
