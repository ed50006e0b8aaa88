/** Access tokens are references: nothing but what is stored says what they allow. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ACCESS } from "../../src/auth/access-tokens.ts";
import * as oneTime from "../../src/auth/one-time.ts";
import { digest } from "../../src/tokens/token.ts";
import { startWithAccount, updateUser } from "../support/accounts.ts";
import { ME_URL, refreshed, statusWith, type Tokens, tokensOf } from "../support/sign-in.ts";
import { storedDigests } from "../support/stored-tokens.ts";
import { travel } from "../support/time.ts";

const MINUTE = 60_000;

test("a token is 256 random bits and says nothing", async (t) => {
  const { client, account } = await startWithAccount(t);
  const tokens = new Set<string>();
  for (let number = 0; number < 3; number++) {
    tokens.add((await tokensOf(client, account)).access_token);
  }
  assert.equal(tokens.size, 3);
  assert.ok([...tokens].every((token) => /^[\w-]{43}$/.test(token)));
});

test("a token is stored hashed", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  const { access_token } = await tokensOf(client, account);
  const [stored, ...others] = await storedDigests(resources, account.id, ACCESS);
  assert.deepEqual(others, []);
  assert.deepEqual(stored, digest(access_token));
  assert.ok(!stored?.equals(Buffer.from(access_token, "base64url")));
});

test("a token expires after fifteen minutes", async (t) => {
  const { client, account } = await startWithAccount(t);
  const { access_token } = await tokensOf(client, account);
  travel(t, 15 * MINUTE - 10_000);
  assert.equal(await statusWith(client, access_token), 200);
  travel(t, 11_000);
  assert.equal(await statusWith(client, access_token), 401);
});

test("a token of an answer that was asked for again has ended", async (t) => {
  const { client, account } = await startWithAccount(t, { REFRESH_REUSE_LEEWAY_SECONDS: "30" });
  const first = await tokensOf(client, account);
  const lost = (await refreshed(client, first.refresh_token)).json<Tokens>();
  assert.equal(await statusWith(client, lost.access_token), 200);
  const second = (await refreshed(client, first.refresh_token)).json<Tokens>();
  assert.equal(await statusWith(client, lost.access_token), 401);
  assert.equal(await statusWith(client, second.access_token), 200);
});

test("a token of another kind is refused", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  const tokens = await tokensOf(client, account);
  const secrets = [tokens.refresh_token];
  for (const kind of [oneTime.VERIFY_EMAIL, oneTime.RESET_PASSWORD] as const) {
    const secret = await resources.database.transaction((transaction) =>
      oneTime.issue(transaction, resources, kind, account.id),
    );
    secrets.push(secret);
  }
  for (const secret of secrets) {
    assert.equal(await statusWith(client, secret), 401);
  }
  assert.equal(await statusWith(client, tokens.access_token), 200);
});

test("the digest of a token is no token", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  await tokensOf(client, account);
  for (const stored of await storedDigests(resources, account.id, ACCESS)) {
    for (const encoding of ["hex", "base64url", "base64"] as const) {
      assert.equal(await statusWith(client, stored.toString(encoding)), 401);
    }
  }
});

test("a token that was not issued is refused", async (t) => {
  const { client } = await startWithAccount(t);
  for (const token of ["x".repeat(43), "a b", "\xe9", "."]) {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await client.get(ME_URL, { headers });
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.headers["www-authenticate"], 'Bearer error="invalid_token"');
  }
});

test("the tokens of two refreshes live side by side and end together", async (t) => {
  const { client, account } = await startWithAccount(t);
  const first = await tokensOf(client, account);
  const second = (await refreshed(client, first.refresh_token)).json<Tokens>();
  for (const tokens of [first, second]) {
    assert.equal(await statusWith(client, tokens.access_token), 200);
  }
  const headers = { authorization: `Bearer ${second.access_token}` };
  assert.equal((await client.post("/api/v1/auth/logout", { headers })).statusCode, 204);
  for (const tokens of [first, second]) {
    assert.equal(await statusWith(client, tokens.access_token), 401);
  }
});

test("a token of a disabled account is refused", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  const { access_token } = await tokensOf(client, account);
  await updateUser(resources, account, { isActive: false });
  assert.equal(await statusWith(client, access_token), 401);
});

test("expired tokens do not pile up", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  for (let number = 0; number < 3; number++) {
    await tokensOf(client, account);
  }
  assert.equal((await storedDigests(resources, account.id, ACCESS)).length, 3);
  travel(t, 16 * MINUTE);
  await tokensOf(client, account);
  assert.equal((await storedDigests(resources, account.id, ACCESS)).length, 1);
});
