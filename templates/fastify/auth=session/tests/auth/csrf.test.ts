/** Other web sites cannot make the browser of a signed-in user do anything. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { authenticate } from "../../src/auth/authenticator.ts";
import { csrfToken } from "../../src/auth/csrf.ts";
import { Keys } from "../../src/security/keys.ts";
import { Secret } from "../../src/settings/secret.ts";
import { audited } from "../support/audited.ts";
import { makeUser } from "../support/factories.ts";
import { giveUsualPassword, PASSWORD } from "../support/passwords.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { CSRF_HEADER, LOGIN_URL, logIn, ORIGIN } from "../support/sign-in.ts";
import { type Caller, signUp } from "../support/sign-up.ts";

const ME = "/api/v1/users/me";
const CSRF_URL = "/api/v1/auth/csrf";
const ALLOWED = "https://app.example.com";
const FOREIGN = "https://evil.example";
const BODY = { full_name: "New" };
const OTHER_KEY = new Secret("Zm9yIHRoZSB0ZXN0cyBvZiByb3RhdGlvbiwgYSBuZXcga2V5");

type Headers = Readonly<Record<string, string>>;

/** Makes a change as a page that sends these headers would; returns the status. */
const write = async ({ client }: Caller, headers: Headers = {}): Promise<number> =>
  (await client.patch(ME, { json: BODY, headers })).statusCode;

const nameOf = async ({ client }: Caller): Promise<unknown> =>
  (await client.get(ME)).json()["full_name"];

const tokenOf = ({ client }: Caller): string => client.headers[CSRF_HEADER] ?? "";

test("a page of the service may write", async (t) => {
  assert.equal(await write(await signUp(await startService(t))), 200);
});

test("reading needs no token", async (t) => {
  const { client } = await signUp(await startService(t));
  delete client.headers[CSRF_HEADER];
  delete client.headers["origin"];
  assert.equal((await client.get(ME)).statusCode, 200);
  assert.equal((await client.request("HEAD", ME)).statusCode, 200);
});

test("a page that was loaded anew gets the token of its session", async (t) => {
  const user = await signUp(await startService(t));
  const token = tokenOf(user);
  delete user.client.headers[CSRF_HEADER];
  assert.equal(await write(user), 403);
  const answer = await user.client.get(CSRF_URL);
  assert.deepEqual(answer.json(), { csrf_token: token });
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(await write(user, { [CSRF_HEADER]: token }), 200);
});

test("a made-up token is refused", async (t) => {
  const user = await signUp(await startService(t));
  const token = tokenOf(user);
  for (const made of [
    "",
    "x",
    "00".repeat(32),
    "\xe9".repeat(64),
    "0".repeat(5000),
    token.slice(0, 62),
    `${token}00`,
    `${token}, ${token}`,
    ` ${token.slice(1)}`,
  ]) {
    const answer = await user.client.patch(ME, { json: BODY, headers: { [CSRF_HEADER]: made } });
    assert.equal(answer.statusCode, 403, made);
    assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
  }
  assert.equal(await nameOf(user), user.user.fullName);
});

test("state changes require the token for every method", async (t) => {
  const user = await signUp(await startService(t));
  delete user.client.headers[CSRF_HEADER];
  for (const [method, url, json] of [
    ["PATCH", ME, BODY],
    ["DELETE", ME, undefined],
    ["POST", "/api/v1/auth/logout", undefined],
    ["POST", "/api/v1/auth/logout-all", undefined],
  ] as const) {
    const answer = await user.client.request(method, url, { json });
    assert.equal(answer.statusCode, 403, `${method} ${url}`);
  }
  assert.equal(await nameOf(user), user.user.fullName);
});

test("the token of another account or session is refused", async (t) => {
  const service = await startService(t);
  const user = await signUp(service);
  const moderator = await signUp(service, "moderator");
  const other = await signUp(service, "user", { user: user.user });
  for (const { client } of [moderator, other]) {
    const theirs = client.headers[CSRF_HEADER] ?? "";
    assert.equal(await write(user, { [CSRF_HEADER]: theirs }), 403);
  }
  assert.equal(await write(other), 200);
});

test("the token of an earlier session is refused", async (t) => {
  const user = await signUp(await startService(t));
  const stale = tokenOf(user);
  await logIn(user.client, user.user);
  assert.equal(await write(user, { [CSRF_HEADER]: stale }), 403);
  assert.equal(await write(user), 200);
});

test("a token that another key signed is refused, and one of an earlier key is not", async (t) => {
  const { resources, ...service } = await startService(t);
  const user = await signUp({ resources, ...service });
  const id = (user.client.headers["cookie"] ?? "").split("=")[1];
  const principal = await authenticate(id, resources);
  assert.ok(principal);
  assert.equal(csrfToken(resources.keys, principal.sessionId), tokenOf(user));
  const { settings } = resources;
  const forged = csrfToken(
    new Keys({ ...settings, secretKey: OTHER_KEY, secretKeyFallbacks: [] }),
    principal.sessionId,
  );
  assert.equal(await write(user, { [CSRF_HEADER]: forged }), 403);
  const secretKeyFallbacks = [settings.secretKey];
  const rotated = new Keys({ ...settings, secretKey: OTHER_KEY, secretKeyFallbacks });
  Object.assign(resources, { keys: rotated });
  assert.equal(await write(user), 200);
});

const ORIGINS: readonly (readonly [Headers, number])[] = [
  [{ origin: ORIGIN }, 200],
  [{ origin: ORIGIN, "sec-fetch-site": "same-origin" }, 200],
  [{ origin: "https://localhost" }, 200],
  [{ origin: "https://localhost", host: "localhost:443" }, 200],
  [{ origin: "https://localhost", host: "localhost:80" }, 200],
  [{ origin: "https://localhost", host: "LocalHost" }, 200],
  [{ origin: "https://localhost:8443", host: "localhost:8443" }, 200],
  [{ referer: "https://localhost:443/page" }, 200],
  [{ origin: ALLOWED }, 200],
  [{ origin: ALLOWED, "sec-fetch-site": "same-site" }, 200],
  [{ origin: ALLOWED, "sec-fetch-site": "cross-site" }, 200],
  [{ referer: `${ORIGIN}/page?x=1` }, 200],
  [{ referer: `${ALLOWED}/` }, 200],
  [{}, 403],
  [{ origin: "" }, 403],
  [{ origin: "null" }, 403],
  [{ origin: "*" }, 403],
  [{ origin: FOREIGN }, 403],
  [{ origin: FOREIGN, referer: ORIGIN }, 403],
  [{ origin: `${ORIGIN}:8001` }, 403],
  [{ origin: "https://localhost", host: "localhost:8443" }, 403],
  [{ origin: FOREIGN, "x-forwarded-for": "192.0.2.7", "x-forwarded-host": "evil.example" }, 403],
  [{ origin: `${ORIGIN}.evil.example` }, 403],
  [{ origin: `${ALLOWED}.evil.example` }, 403],
  [{ origin: "http://app.example.com" }, 403],
  [{ origin: "https://sub.app.example.com" }, 403],
  [{ origin: `${ORIGIN}, ${FOREIGN}` }, 403],
  [{ origin: ORIGIN, "sec-fetch-site": "cross-site" }, 403],
  [{ origin: ORIGIN, "sec-fetch-site": "same-site" }, 403],
  [{ "sec-fetch-site": "same-origin" }, 403],
  [{ referer: FOREIGN }, 403],
  [{ referer: `${FOREIGN}/${ORIGIN}` }, 403],
  [{ referer: "http://localhost@evil.example/" }, 403],
  [{ referer: `${FOREIGN}?${ALLOWED}` }, 403],
  [{ referer: "http://[localhost" }, 403],
  [{ referer: "not a url" }, 403],
];

test("state changes require an allowed origin", async (t) => {
  const user = await signUp(await startService(t));
  delete user.client.headers["origin"];
  for (const [headers, status] of ORIGINS) {
    assert.equal(await write(user, headers), status, JSON.stringify(headers));
  }
});

test("behind a proxy its own page is of the host that the browser asked for", async (t) => {
  const settings = { ALLOWED_HOSTS: "api.example.com,localhost", TRUSTED_PROXIES: "192.0.2.1" };
  const user = await signUp(await startService(t, settings));
  const forwarded = {
    host: "upstream:8000",
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-host": "api.example.com",
  };
  for (const [origin, status] of [
    ["https://api.example.com", 200],
    ["https://localhost", 403],
    ["https://upstream:8000", 403],
    [FOREIGN, 403],
  ] as const) {
    assert.equal(await write(user, { ...forwarded, origin }), status, origin);
  }
});

test("a sandboxed frame writes nothing even where null is allowed", async (t) => {
  const user = await signUp(
    await startService(t, { CORS_ORIGINS: "https://app.example.com,null" }),
  );
  assert.equal(await write(user, { origin: "null" }), 403);
});

test("for real a page over plain HTTP is foreign", async (t) => {
  const { resources, ...service } = await startService(t);
  const user = await signUp({ resources, ...service });
  Object.assign(resources.settings, { environment: "production" });
  const cookie = `__Host-${user.client.headers["cookie"]}`;
  assert.equal(await write(user, { origin: ORIGIN, cookie }), 403);
  assert.equal(await write(user, { origin: "https://localhost", cookie }), 200);
});

test("a forgery is recorded", async (t) => {
  const service = await startService(t);
  const user = await signUp(service);
  await write(user, { origin: FOREIGN });
  assert.equal((await audited(service.resources, user.user.id)).at(-1), "auth.csrf.denied");
});

test("a foreign page cannot sign a user in", async (t) => {
  const { client, resources } = await startService(t);
  const { email, ...account } = await makeUser(resources);
  await giveUsualPassword(resources, { email, ...account });
  for (const [headers, status] of [
    [{}, 200],
    [{ origin: ORIGIN, "sec-fetch-site": "same-origin" }, 200],
    [{ origin: ALLOWED, "sec-fetch-site": "cross-site" }, 200],
    [{ referer: `${ORIGIN}/login` }, 200],
    [{ origin: FOREIGN }, 403],
    [{ origin: "null" }, 403],
    [{ origin: ORIGIN, "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ referer: `${FOREIGN}/` }, 403],
  ] as const) {
    const answer = await client.post(LOGIN_URL, { json: { email, password: PASSWORD }, headers });
    assert.equal(answer.statusCode, status, JSON.stringify(headers));
    assert.equal(answer.headers["set-cookie"] !== undefined, status === 200);
  }
  assert.equal((await auditEvents(resources, "auth.csrf.denied")).length, 1);
});

test("an allowed page may send the cookie and the token", async (t) => {
  const { client } = await startService(t);
  const answer = await client.request("OPTIONS", ME, {
    headers: {
      origin: ALLOWED,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-csrf-token",
    },
  });
  assert.equal(answer.statusCode, 204);
  assert.equal(answer.headers["access-control-allow-origin"], ALLOWED);
  assert.equal(answer.headers["access-control-allow-credentials"], "true");
  assert.doesNotMatch(String(answer.headers["access-control-allow-headers"]), /authorization/i);
  assert.match(String(answer.headers["access-control-allow-headers"]), /x-csrf-token/i);
});

test("a foreign page reads nothing", async (t) => {
  const { client } = await signUp(await startService(t));
  const answer = await client.get(CSRF_URL, { headers: { origin: FOREIGN } });
  const names = Object.keys(answer.headers).filter((name) => name.startsWith("access-control"));
  assert.deepEqual(names, []);
});

test("the wildcard lets no page read as the user", async (t) => {
  const user = await signUp(await startService(t, { CORS_ORIGINS: "*" }));
  const { headers } = await user.client.get(CSRF_URL, { headers: { origin: FOREIGN } });
  assert.equal(headers["access-control-allow-credentials"], undefined);
  assert.equal(headers["access-control-allow-origin"], "*");
  assert.equal(await write(user, { origin: FOREIGN }), 403);
});
