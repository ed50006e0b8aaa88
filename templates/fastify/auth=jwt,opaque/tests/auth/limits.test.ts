/** RATE_LIMIT_AUTH on signing in: by client address and by account. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { startWithAccount } from "../support/accounts.ts";
import { Client } from "../support/client.ts";
import { makeUser } from "../support/factories.ts";
import { giveUsualPassword, OTHER_PASSWORD } from "../support/passwords.ts";
import type { Service } from "../support/service.ts";
import {
  attemptSignIn,
  REVOKE_URL,
  refreshed,
  TOKEN_URL,
  type Tokens,
  tokensOf,
} from "../support/sign-in.ts";

const start = (t: TestContext) =>
  startWithAccount(t, { RATE_LIMIT_AUTH: "5/minute", RATE_LIMIT_DEFAULT: "20/minute" });

const statusFrom = async (service: Service, address: string, email: string): Promise<number> =>
  (await attemptSignIn(new Client(service.app, address), email, OTHER_PASSWORD)).statusCode;

test("an address has five attempts a minute whatever the account", async (t) => {
  const service = await start(t);
  for (let number = 0; number < 5; number++) {
    assert.equal(await statusFrom(service, "192.0.2.9", `a${number}@example.com`), 401);
  }
  assert.equal((await attemptSignIn(service.client, "b@example.com")).statusCode, 401);
  const refusal = await attemptSignIn(new Client(service.app, "192.0.2.9"), "a6@example.com");
  assert.equal(refusal.statusCode, 429);
  const wait = Number(refusal.headers["retry-after"]);
  assert.ok(wait >= 1 && wait <= 60);
  assert.match(String(refusal.headers["ratelimit-policy"]), /;q=5;w=60$/);
  assert.match(String(refusal.headers["ratelimit"]), new RegExp(`;r=0;t=${wait}$`));
});

test("an account has five attempts a minute from all addresses", async (t) => {
  const service = await start(t);
  const account = await makeUser(service.resources, { email: "ann@example.com" });
  await giveUsualPassword(service.resources, account);
  const spellings = [
    "ann@example.com",
    "ANN@example.com",
    " ann@example.com",
    "Ann@Example.com  ",
    "ann@EXAMPLE.com",
  ];
  for (const [number, email] of spellings.entries()) {
    assert.equal(await statusFrom(service, `198.51.100.${number}`, email), 401);
  }
  const client = new Client(service.app, "198.51.100.99");
  assert.equal((await attemptSignIn(client, account.email)).statusCode, 429);
  assert.equal((await attemptSignIn(client, "bob@example.com")).statusCode, 401);
});

test("what is refused is not hashed", async (t) => {
  const { client, resources } = await start(t);
  for (let number = 0; number < 5; number++) {
    await attemptSignIn(client, "ann@example.com");
  }
  const verify = t.mock.method(resources.passwords, "verify");
  assert.equal((await attemptSignIn(client, "ann@example.com")).statusCode, 429);
  assert.equal(verify.mock.callCount(), 0);
});

test("addresses of one IPv6 subscriber count as one", async (t) => {
  const service = await start(t);
  for (let number = 0; number < 5; number++) {
    const email = `a${number}@example.com`;
    assert.equal(await statusFrom(service, `2001:db8::${number}`, email), 401);
  }
  assert.equal(await statusFrom(service, "2001:db8::ffff", "b@example.com"), 429);
  assert.equal(await statusFrom(service, "2001:db8:0:1::1", "b@example.com"), 401);
});

test("refreshing counts as any other request", async (t) => {
  const { client, account } = await start(t);
  let token = (await tokensOf(client, account)).refresh_token;
  const granted = () =>
    client.post(TOKEN_URL, { form: { grant_type: "refresh_token", refresh_token: token } });
  for (let number = 0; number < 20; number++) {
    const answer = await (number % 2 ? refreshed(client, token) : granted());
    assert.equal(answer.statusCode, 200, answer.body);
    token = answer.json<Tokens>().refresh_token;
  }
  for (const refusal of [await refreshed(client, token), await granted()]) {
    assert.equal(refusal.statusCode, 429);
    assert.match(String(refusal.headers["ratelimit-policy"]), /;q=20;w=60$/);
  }
});

test("revoking counts as any other request", async (t) => {
  const { client } = await start(t);
  const statuses: number[] = [];
  for (let number = 0; number < 21; number++) {
    statuses.push((await client.post(REVOKE_URL, { form: { token: "unknown" } })).statusCode);
  }
  assert.deepEqual(statuses, [...Array(20).fill(200), 429]);
});

test("limits can be off", async (t) => {
  const settings = { RATE_LIMIT_AUTH: "1/day", RATE_LIMIT_ENABLED: "false" };
  const { client } = await startWithAccount(t, settings);
  for (let number = 0; number < 3; number++) {
    assert.equal((await attemptSignIn(client, "a@example.com")).statusCode, 401);
  }
});
