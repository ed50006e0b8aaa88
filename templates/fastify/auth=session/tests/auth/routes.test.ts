/** Signing in and out with a session cookie. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { RESET_PASSWORD } from "../../src/auth/one-time.ts";
import { PERMISSIONS } from "../../src/auth/permissions.ts";
import { SESSION_KIND } from "../../src/auth/session-tokens.ts";
import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import { TokenRepository } from "../../src/tokens/repository.ts";
import { revokeAll } from "../../src/tokens/revocation.ts";
import { digest, newSecret } from "../../src/tokens/token.ts";
import { AUTH, change, ME_URL, startWithAccount, updateUser } from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import { Client } from "../support/client.ts";
import { type Loss, statusesAfter } from "../support/loss.ts";
import { OTHER_PASSWORD, PASSWORD } from "../support/passwords.ts";
import { recordedStatements } from "../support/queries.ts";
import type { Service } from "../support/service.ts";
import { keepCookie, LOGIN_URL, logIn, ORIGIN } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";
import { storedDigests } from "../support/stored-tokens.ts";
import { travel } from "../support/time.ts";

const COOKIE = "session";
const MINUTE = 60_000;

/** Returns the session id that a client holds. */
const sessionOf = ({ headers }: Client): string => (headers["cookie"] ?? "").split("=")[1] ?? "";

/** Calls a private route with a session id; returns the status. */
const statusWith = async ({ app }: Service, sessionId: string, name = COOKIE): Promise<number> => {
  const headers = { cookie: `${name}=${sessionId}` };
  return (await new Client(app).get(ME_URL, { headers })).statusCode;
};

test("nobody has no session", async (t) => {
  const { client } = await startWithAccount(t);
  for (const answer of [
    await client.post(`${AUTH}/logout`),
    await client.post(`${AUTH}/logout-all`),
    await client.get(`${AUTH}/csrf`),
  ]) {
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.headers["www-authenticate"], 'Cookie realm="api"');
  }
});

test("the right password gets a cookie and the token beside it", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  const json = { email: account.email, password: PASSWORD };
  const answer = await client.post(LOGIN_URL, { json });
  assert.equal(answer.statusCode, 200);
  const body = answer.json<Record<string, unknown>>();
  assert.deepEqual(Object.keys(body), ["csrf_token", "expires_in"]);
  assert.equal(body["expires_in"], 12 * 60 * 60);
  assert.match(String(body["csrf_token"]), /^[0-9a-f]{64}$/);
  const cookie = String(answer.headers["set-cookie"]);
  assert.match(cookie, /^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  assert.deepEqual(await audited(resources, account.id), ["auth.login.succeeded"]);
});

test("in production the cookie is bound to host and HTTPS", async (t) => {
  const service = await startWithAccount(t);
  const { client, account, resources } = service;
  for (const environment of ["staging", "production"]) {
    Object.assign(resources.settings, { environment, requireEmailVerification: false });
    const json = { email: account.email, password: PASSWORD };
    const answer = await client.post(LOGIN_URL, { json });
    const cookie = String(answer.headers["set-cookie"]);
    assert.match(cookie, /^__Host-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    const id = cookie.split(/[=;]/)[1] ?? "";
    assert.equal(await statusWith(service, id, "__Host-session"), 200);
    assert.equal(await statusWith(service, id), 401);
  }
});

test("below a prefix the cookie has the path that a browser takes", async (t) => {
  for (const [behaveAs, path, name] of [
    ["test", "/orders", "session="],
    ["production", "/", "__Host-session="],
  ] as const) {
    const settings = { ROOT_PATH: "/orders" };
    const { client, account } = await startWithAccount(t, settings, { behaveAs });
    const json = { email: account.email, password: PASSWORD };
    const answer = await client.post(LOGIN_URL, { json });
    const cookie = String(answer.headers["set-cookie"]);
    assert.ok(cookie.startsWith(name), cookie);
    assert.ok(cookie.split("; ").includes(`Path=${path}`), cookie);
  }
});

test("in development HTTPS has the strict cookie too", async (t) => {
  const { client, account } = await startWithAccount(t, { TRUSTED_PROXIES: "192.0.2.1" });
  const json = { email: account.email, password: PASSWORD };
  const headers = { "x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https" };
  const answer = await client.post(LOGIN_URL, { json, headers });
  const cookie = String(answer.headers["set-cookie"]);
  assert.ok(cookie.startsWith("__Host-session=") && cookie.includes("; Secure"), cookie);
});

test("a session id is stored hashed", async (t) => {
  const service = await startWithAccount(t);
  const { user, client } = await signUp(service);
  const id = sessionOf(client);
  assert.equal(id.length, 43);
  const [stored, ...others] = await storedDigests(service.resources, user.id, SESSION_KIND);
  assert.deepEqual(others, []);
  assert.deepEqual(stored, digest(id));
  assert.equal(await statusWith(service, stored?.toString("hex") ?? ""), 401);
});

test("a token of another kind is no session", async (t) => {
  const service = await startWithAccount(t);
  const { account, resources } = service;
  for (const [kind, status] of [
    [SESSION_KIND, 200],
    [RESET_PASSWORD, 401],
  ] as const) {
    const secret = newSecret();
    await resources.database.transaction((transaction) =>
      new TokenRepository(transaction).add({
        id: newId(),
        kind,
        userId: account.id,
        familyId: newId(),
        digest: digest(secret),
        scopes: PERMISSIONS[account.role],
        createdAt: now(),
        expiresAt: new Date(now().getTime() + 5 * MINUTE),
      }),
    );
    assert.equal(await statusWith(service, secret), status);
  }
});

test("an id that was planted is never taken up", async (t) => {
  const service = await startWithAccount(t);
  for (const planted of ["chosen-by-the-attacker", "x".repeat(43)]) {
    const client = new Client(service.app);
    client.headers["cookie"] = `${COOKIE}=${planted}`;
    await logIn(client, service.account);
    assert.notEqual(sessionOf(client), planted);
    assert.equal(await statusWith(service, planted), 401);
  }
});

test("of two session cookies none counts", async (t) => {
  const service = await startWithAccount(t);
  const { client } = await signUp(service);
  const own = sessionOf(client);
  for (const cookie of [
    `${COOKIE}=${own}; ${COOKIE}=planted`,
    `${COOKIE}=planted; ${COOKIE}=${own}`,
  ]) {
    assert.equal((await client.get(ME_URL, { headers: { cookie } })).statusCode, 401);
  }
  const cookie = `theme=dark; ${COOKIE}=${own}; ${COOKIE}x=1`;
  assert.equal((await client.get(ME_URL, { headers: { cookie } })).statusCode, 200);
});

test("signing in again creates a new id and invalidates the previous one", async (t) => {
  const service = await startWithAccount(t);
  const { client, account } = service;
  const first = await logIn(client, account);
  const before = sessionOf(client);
  const second = await logIn(client, account);
  const after = sessionOf(client);
  assert.notEqual(before, after);
  assert.notEqual(first.csrf_token, second.csrf_token);
  assert.equal(await statusWith(service, before), 401);
  assert.equal(await statusWith(service, after), 200);
});

test("signing in as another user ends the previous session", async (t) => {
  const service = await startWithAccount(t);
  const { client, user } = await signUp(service);
  const before = sessionOf(client);
  await logIn(client, service.account);
  assert.equal((await client.get(ME_URL)).json()["id"], service.account.id);
  assert.equal(await statusWith(service, before), 401);
  assert.ok((await audited(service.resources, user.id)).includes("auth.session.ended"));
});

test("a sign-in that fails leaves the session as it is", async (t) => {
  const { client, user } = await signUp(await startWithAccount(t));
  const json = { email: user.email, password: OTHER_PASSWORD };
  const answer = await client.post(LOGIN_URL, { json });
  assert.equal(answer.statusCode, 401);
  assert.equal(answer.headers["set-cookie"], undefined);
  assert.equal((await client.get(ME_URL)).statusCode, 200);
});

test("a body with a wrong field is refused without an echo", async (t) => {
  const { client } = await startWithAccount(t);
  const usual = { email: "ann@example.com", password: PASSWORD };
  for (const json of [
    { email: usual.email },
    { password: PASSWORD },
    { ...usual, email: "" },
    { ...usual, password: "" },
    { ...usual, password: "x".repeat(129) },
    { ...usual, role: "admin" },
  ]) {
    const answer = await client.post(LOGIN_URL, { json });
    assert.equal(answer.statusCode, 422);
    assert.ok(!answer.body.includes(PASSWORD));
  }
});

test("sign-in takes JSON and nothing else", async (t) => {
  // A form is what a foreign page can send without asking the browser first.
  const { client, account } = await startWithAccount(t);
  const form = { email: account.email, password: PASSWORD };
  assert.equal((await client.post(LOGIN_URL, { form })).statusCode, 415);
  assert.equal((await client.get(LOGIN_URL, { query: form })).statusCode, 405);
});

test("signing in is limited by address and by account", async (t) => {
  const { client, account, app } = await startWithAccount(t, { RATE_LIMIT_AUTH: "3/minute" });
  const statuses = [];
  for (let number = 0; number < 4; number++) {
    const json = { email: account.email, password: OTHER_PASSWORD };
    statuses.push((await client.post(LOGIN_URL, { json })).statusCode);
  }
  assert.deepEqual(statuses, [401, 401, 401, 429]);
  const json = { email: account.email.toUpperCase(), password: PASSWORD };
  const elsewhere = new Client(app, "198.51.100.7");
  assert.equal((await elsewhere.post(LOGIN_URL, { json })).statusCode, 429);
});

test("an idle session expires after thirty minutes", async (t) => {
  const { client } = await signUp(await startWithAccount(t));
  for (const [minutes, status] of [
    [29, 200],
    [29, 200],
    [31, 401],
  ] as const) {
    travel(t, minutes * MINUTE);
    assert.equal((await client.get(ME_URL)).statusCode, status);
  }
});

/** Uses a session every twenty minutes, and changes its password on the way if asked to. */
const liveTwelveHours = async (t: TestContext, changes: boolean): Promise<void> => {
  const { client } = await signUp(await startWithAccount(t));
  for (let minutes = 20; minutes < 12 * 60; minutes += 20) {
    travel(t, 20 * MINUTE);
    if (changes && minutes === 600) {
      const answer = await change(client);
      assert.equal(answer.statusCode, 204);
      keepCookie(client, answer);
    }
    assert.equal((await client.get(ME_URL)).statusCode, 200, String(minutes));
  }
  travel(t, 20 * MINUTE + 1_000);
  assert.equal((await client.get(ME_URL)).statusCode, 401);
};

test("a session expires after twelve hours of activity", async (t) => {
  await liveTwelveHours(t, false);
});

test("a change of password makes a session no longer", async (t) => {
  await liveTwelveHours(t, true);
});

test("the limits are settings", async (t) => {
  const settings = { SESSION_IDLE_SECONDS: "300", SESSION_ABSOLUTE_SECONDS: "600" };
  const service = await startWithAccount(t, settings);
  const one = await signUp(service);
  const other = await signUp(service);
  travel(t, 4 * MINUTE);
  assert.equal((await one.client.get(ME_URL)).statusCode, 200);
  travel(t, 2 * MINUTE);
  assert.equal((await other.client.get(ME_URL)).statusCode, 401);
  travel(t, 2 * MINUTE);
  assert.equal((await one.client.get(ME_URL)).statusCode, 200);
  travel(t, 2 * MINUTE + 1_000);
  assert.equal((await one.client.get(ME_URL)).statusCode, 401);
});

test("a use is noted once a minute", async (t) => {
  const { client } = await signUp(await startWithAccount(t));
  const counts = [];
  for (const seconds of [30, 31, 1, 58, 2]) {
    travel(t, seconds * 1_000);
    const statements = await recordedStatements(() => client.get(ME_URL));
    counts.push(statements.filter((text) => /^\s*update/i.test(text)).length);
  }
  assert.deepEqual(counts, [0, 1, 0, 0, 1]);
});

test("signing out ends this session and no other", async (t) => {
  const service = await startWithAccount(t);
  const { user, client } = await signUp(service);
  const other = await signUp(service, "user", { user });
  const id = sessionOf(client);
  const answer = await client.post(`${AUTH}/logout`);
  assert.equal(answer.statusCode, 204);
  assert.match(String(answer.headers["set-cookie"]), /^session=; Max-Age=0; Path=\//);
  assert.equal(await statusWith(service, id), 401);
  assert.equal((await other.client.get(ME_URL)).statusCode, 200);
  assert.equal((await audited(service.resources, user.id)).at(-1), "auth.logout");
});

test("signing out everywhere ends every session of this account only", async (t) => {
  const service = await startWithAccount(t);
  const { user, client } = await signUp(service);
  const other = await signUp(service, "user", { user });
  const moderator = await signUp(service, "moderator");
  const id = sessionOf(client);
  const answer = await client.post(`${AUTH}/logout-all`);
  assert.equal(answer.statusCode, 204);
  assert.match(String(answer.headers["set-cookie"]), /Max-Age=0/);
  assert.equal(await statusWith(service, id), 401);
  assert.equal((await other.client.get(ME_URL)).statusCode, 401);
  assert.equal((await moderator.client.get(ME_URL)).statusCode, 200);
});

test("deleting the account ends its sessions", async (t) => {
  const service = await startWithAccount(t);
  const { user, client } = await signUp(service);
  const other = await signUp(service, "user", { user });
  assert.equal((await client.delete(ME_URL)).statusCode, 204);
  for (const caller of [client, other.client]) {
    assert.equal((await caller.get(ME_URL)).statusCode, 401);
  }
});

test("a promotion requires a new session id", async (t) => {
  const service = await startWithAccount(t);
  const { user, client } = await signUp(service);
  const before = sessionOf(client);
  // A copied or planted id of a user must not become an admin's, and has ended for good.
  for (const role of ["admin", "user", "admin"] as const) {
    await updateUser(service.resources, user, { role });
    assert.equal(await statusWith(service, before), 401);
  }
  await logIn(client, user);
  assert.equal((await client.get("/api/v1/users")).statusCode, 200);
});

test("a demotion works under the same id", async (t) => {
  const service = await startWithAccount(t);
  const { user, client } = await signUp(service, "admin");
  assert.equal((await client.get("/api/v1/users")).statusCode, 200);
  await updateUser(service.resources, user, { role: "user" });
  assert.equal((await client.get("/api/v1/users")).statusCode, 403);
  assert.equal((await client.get(ME_URL)).json()["role"], "user");
});

test("changing the password changes the id", async (t) => {
  const service = await startWithAccount(t);
  const { client } = await signUp(service);
  const copied = sessionOf(client);
  const answer = await change(client);
  assert.equal(answer.statusCode, 204);
  keepCookie(client, answer);
  assert.notEqual(sessionOf(client), copied);
  assert.equal(await statusWith(service, copied), 401);
  const written = await client.patch(ME_URL, {
    json: { full_name: "New" },
    headers: { origin: ORIGIN },
  });
  assert.equal(written.statusCode, 200, written.body);
});

test("a copied id that waits for a change of the password changes nothing", async (t) => {
  const service = await startWithAccount(t);
  const caller = await signUp(service);
  const copied = digest(sessionOf(caller.client));
  const renew: Loss = async (transaction, userId) => {
    const tokens = new TokenRepository(transaction);
    const found = await tokens.findAlive(SESSION_KIND, { digest: copied }, now());
    assert.ok(found);
    await revokeAll(transaction, userId, now());
    await tokens.add({ ...found.token, id: newId(), digest: digest(newSecret()) });
  };
  const change = ["PATCH", ME_URL, { full_name: "New" }] as const;
  assert.deepEqual(await statusesAfter(t, service, caller, renew, [change]), [401]);
});

test("a disabled account has no session", async (t) => {
  const service = await startWithAccount(t);
  const { user, client } = await signUp(service);
  await updateUser(service.resources, user, { isActive: false });
  assert.equal((await client.get(ME_URL)).statusCode, 401);
});
