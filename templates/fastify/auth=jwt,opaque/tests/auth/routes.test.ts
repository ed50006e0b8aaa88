/** Signing in and out with bearer tokens. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { PERMISSIONS } from "../../src/auth/permissions.ts";
import { REFRESH } from "../../src/auth/refresh-tokens.ts";
import { digest } from "../../src/tokens/token.ts";
import { startWithAccount, updateUser } from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import { makeUser } from "../support/factories.ts";
import { giveUsualPassword, PASSWORD } from "../support/passwords.ts";
import { auditEvents } from "../support/queries.ts";
import {
  attemptSignIn,
  ME_URL,
  refreshed,
  statusWith,
  TOKEN_URL,
  type Tokens,
  tokensOf,
} from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";
import { storedDigests } from "../support/stored-tokens.ts";

const LOGOUT_URL = "/api/v1/auth/logout";
const LOGOUT_ALL_URL = "/api/v1/auth/logout-all";

const bearer = ({ access_token }: Tokens) => ({
  headers: { authorization: `Bearer ${access_token}` },
});

test("nobody signs out", async (t) => {
  const { client } = await startWithAccount(t);
  for (const url of [LOGOUT_URL, LOGOUT_ALL_URL]) {
    const answer = await client.post(url);
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.headers["www-authenticate"], "Bearer");
  }
});

test("the right password gets tokens", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  const answer = await attemptSignIn(client, account.email);
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers["cache-control"], "no-store");
  const { access_token, refresh_token, ...rest } = answer.json<Tokens>();
  assert.deepEqual(rest, {
    token_type: "bearer",
    expires_in: 900,
    scope: [...PERMISSIONS.user].sort().join(" "),
  });
  assert.equal(refresh_token.length, 43);
  assert.equal(await statusWith(client, access_token), 200);
  assert.deepEqual(await audited(resources, account.id), ["auth.login.succeeded"]);
});

test("a refresh token is stored hashed", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  const { refresh_token } = await tokensOf(client, account);
  const [stored, ...others] = await storedDigests(resources, account.id, REFRESH);
  assert.deepEqual(others, []);
  assert.deepEqual(stored, digest(refresh_token));
  assert.equal(stored?.length, 32);
  assert.ok(!stored.equals(Buffer.from(refresh_token, "base64url")));
});

test("sign-in takes a form and nothing else", async (t) => {
  const { client, account } = await startWithAccount(t);
  const form = { grant_type: "password", username: account.email, password: PASSWORD };
  assert.equal((await client.post(TOKEN_URL, { json: form })).statusCode, 415);
  assert.equal((await client.post(TOKEN_URL, { query: form })).statusCode, 400);
  assert.equal((await client.get(TOKEN_URL, { query: form })).statusCode, 405);
});

test("a scope narrows what the tokens allow", async (t) => {
  const { client, resources } = await startWithAccount(t);
  const admin = await makeUser(resources, { role: "admin" });
  await giveUsualPassword(resources, admin);
  const tokens = await tokensOf(client, admin, { scope: "users:read account:write" });
  const again = (await refreshed(client, tokens.refresh_token)).json<Tokens>();
  for (const answer of [tokens, again]) {
    assert.equal(answer.scope, "account:write users:read");
    assert.equal((await client.get("/api/v1/users", bearer(answer))).statusCode, 200);
    const refused = await client.get("/api/v1/users/export", bearer(answer));
    assert.equal(refused.statusCode, 403);
    assert.match(String(refused.headers["www-authenticate"]), /error="insufficient_scope"/);
    const deletion = await client.delete(`/api/v1/users/${admin.id}`, bearer(answer));
    assert.equal(deletion.statusCode, 403);
  }
});

test("a scope beyond the role is refused", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  for (const scope of [
    "users:read",
    "account:write users:read",
    "admin",
    "account:WRITE",
    "account:",
    "  ",
  ]) {
    const answer = await attemptSignIn(client, account.email, PASSWORD, { scope });
    assert.equal(answer.statusCode, 400, scope);
    assert.equal(answer.json().error, "invalid_scope");
    assert.deepEqual(await storedDigests(resources, account.id), []);
  }
  const failed = await auditEvents(resources, "auth.login.failed");
  assert.equal(failed.length, 6);
  assert.ok(failed.every(({ subjectId }) => subjectId === account.id));
});

test("a narrowed token shrinks with the role", async (t) => {
  const { client, resources } = await startWithAccount(t);
  const admin = await makeUser(resources, { role: "admin" });
  await giveUsualPassword(resources, admin);
  const tokens = await tokensOf(client, admin, { scope: "users:read account:write" });
  await updateUser(resources, admin, { role: "user" });
  assert.equal((await client.get("/api/v1/users", bearer(tokens))).statusCode, 403);
  const again = await refreshed(client, tokens.refresh_token);
  assert.equal(again.json<Tokens>().scope, "account:write");
});

test("a promotion works at once", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  const tokens = await tokensOf(client, account);
  assert.equal((await client.get("/api/v1/users", bearer(tokens))).statusCode, 403);
  await updateUser(resources, account, { role: "admin" });
  assert.equal((await client.get("/api/v1/users", bearer(tokens))).statusCode, 200);
});

test("signing out ends this session and no other", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  const one = await tokensOf(client, account);
  const other = await tokensOf(client, account);
  assert.equal((await client.post(LOGOUT_URL, bearer(one))).statusCode, 204);
  assert.equal(await statusWith(client, one.access_token), 401);
  assert.equal((await refreshed(client, one.refresh_token)).statusCode, 401);
  assert.equal((await client.post(LOGOUT_URL, bearer(one))).statusCode, 401);
  assert.equal(await statusWith(client, other.access_token), 200);
  assert.equal((await refreshed(client, other.refresh_token)).statusCode, 200);
  assert.equal((await audited(resources, account.id)).at(-1), "auth.logout");
});

test("signing out ends the tokens of every refresh", async (t) => {
  const { client, account } = await startWithAccount(t);
  const first = await tokensOf(client, account);
  const second = (await refreshed(client, first.refresh_token)).json<Tokens>();
  assert.equal((await client.post(LOGOUT_URL, bearer(first))).statusCode, 204);
  assert.equal(await statusWith(client, second.access_token), 401);
  assert.equal((await refreshed(client, second.refresh_token)).statusCode, 401);
});

test("signing out everywhere ends every session of this account only", async (t) => {
  const service = await startWithAccount(t);
  const { client, account, resources } = service;
  const user = await signUp(service);
  const sessions = [
    await tokensOf(client, account),
    await tokensOf(client, account),
    await tokensOf(client, account),
  ] as const;
  assert.equal((await client.post(LOGOUT_ALL_URL, bearer(sessions[0]))).statusCode, 204);
  for (const session of sessions) {
    assert.equal(await statusWith(client, session.access_token), 401);
    assert.equal((await refreshed(client, session.refresh_token)).statusCode, 401);
  }
  assert.equal((await user.client.get(ME_URL)).statusCode, 200);
  assert.equal((await audited(resources, account.id)).at(-1), "auth.logout");
  assert.equal((await attemptSignIn(client, account.email)).statusCode, 200);
});

test("a narrowed token signs nobody out everywhere", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  await updateUser(resources, account, { role: "admin" });
  const tokens = await tokensOf(client, account, { scope: "users:read" });
  assert.equal((await client.post(LOGOUT_ALL_URL, bearer(tokens))).statusCode, 403);
  assert.equal((await client.post(LOGOUT_URL, bearer(tokens))).statusCode, 204);
});

test("deleting the account ends its sessions", async (t) => {
  const { client, account } = await startWithAccount(t);
  const one = await tokensOf(client, account);
  const other = await tokensOf(client, account);
  assert.equal((await client.delete(ME_URL, bearer(one))).statusCode, 204);
  for (const session of [one, other]) {
    assert.equal(await statusWith(client, session.access_token), 401);
    assert.equal((await refreshed(client, session.refresh_token)).statusCode, 401);
  }
  assert.equal((await attemptSignIn(client, account.email)).statusCode, 401);
});
