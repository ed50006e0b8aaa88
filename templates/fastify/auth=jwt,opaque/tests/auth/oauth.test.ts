/** What OAuth clients expect of the token endpoint and of revocation (RFC 6749, RFC 7009). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ENDPOINTS } from "../../src/auth/oauth.ts";
import { PERMISSIONS } from "../../src/auth/permissions.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { startWithAccount } from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import type { Answer, Client, Options } from "../support/client.ts";
import { makeUser } from "../support/factories.ts";
import { giveUsualPassword, OTHER_PASSWORD, PASSWORD } from "../support/passwords.ts";
import {
  attemptSignIn,
  PUBLIC_ROUTES,
  REFRESH_URL,
  REVOKE_URL,
  refreshed,
  statusWith,
  TOKEN_URL,
  type Tokens,
  tokensOf,
} from "../support/sign-in.ts";

const grant = (
  client: Client,
  refreshToken: string,
  form: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  client.post(TOKEN_URL, {
    form: { grant_type: "refresh_token", refresh_token: refreshToken, ...form },
  });

const assertRefused = (answer: Answer, status: number, error: string): Record<string, unknown> => {
  assert.equal(answer.statusCode, status, answer.body);
  assert.match(String(answer.headers["content-type"]), /^application\/json/);
  assert.equal(answer.headers["cache-control"], "no-store");
  const problem = answer.json<Record<string, unknown>>();
  assert.equal(problem["error"], error);
  assert.equal(problem["error_description"], problem["detail"]);
  assert.equal(problem["status"], status);
  assert.equal(problem["request_id"], answer.headers["x-request-id"]);
  return problem;
};

test("the token endpoint refreshes", async (t) => {
  const { client, account } = await startWithAccount(t);
  const first = await tokensOf(client, account);
  const answer = await grant(client, first.refresh_token, { client_id: "web" });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers["cache-control"], "no-store");
  const second = answer.json<Tokens>();
  assert.deepEqual(Object.keys(second), Object.keys(first));
  assert.equal(await statusWith(client, second.access_token), 200);
  assertRefused(await grant(client, first.refresh_token), 401, "invalid_grant");
  assertRefused(await grant(client, second.refresh_token), 401, "invalid_grant");
});

test("a failed sign-in is an invalid grant", async (t) => {
  const { client, account } = await startWithAccount(t);
  const answer = await attemptSignIn(client, account.email, OTHER_PASSWORD);
  assertRefused(answer, 401, "invalid_grant");
  assert.equal(answer.headers["www-authenticate"], "Bearer");
  assertRefused(await refreshed(client, "unknown"), 401, "invalid_grant");
});

test("what clients send beside the grant is ignored", async (t) => {
  const { client, account } = await startWithAccount(t);
  const credentials = Buffer.from("web:secret").toString("base64");
  const extra = { client_id: "web", client_secret: "", audience: "api", role: "admin" };
  const answer = await client.post(TOKEN_URL, {
    form: { grant_type: "password", username: account.email, password: PASSWORD, ...extra },
    headers: { authorization: `Basic ${credentials}` },
  });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.json<Tokens>().scope, [...PERMISSIONS.user].sort().join(" "));
});

test("an error has its OAuth code and does not echo input", async (t) => {
  const { client, account } = await startWithAccount(t);
  for (const [form, error] of [
    [{ grant_type: "client_credentials" }, "unsupported_grant_type"],
    [{ grant_type: "authorization_code", code: "x" }, "unsupported_grant_type"],
    [{ grant_type: "" }, "invalid_request"],
    [{ username: "" }, "invalid_request"],
    [{ password: "" }, "invalid_request"],
    [{ password: "x".repeat(129) }, "invalid_request"],
    [{ username: "x".repeat(255) }, "invalid_request"],
    [{ grant_type: "refresh_token" }, "invalid_request"],
    [{ grant_type: "refresh_token", refresh_token: "x".repeat(129) }, "invalid_request"],
    [{ scope: "admin" }, "invalid_scope"],
  ] as const) {
    const usual = { grant_type: "password", username: account.email, password: PASSWORD };
    const answer = await client.post(TOKEN_URL, { form: { ...usual, ...form } });
    assertRefused(answer, 400, error);
    assert.ok(!answer.body.includes(PASSWORD));
  }
});

test("a form without a field is refused", async (t) => {
  const { client } = await startWithAccount(t);
  const form = { grant_type: "password", username: "a@example.com", password: PASSWORD };
  for (const field of Object.keys(form)) {
    const rest = Object.fromEntries(Object.entries(form).filter(([name]) => name !== field));
    assertRefused(await client.post(TOKEN_URL, { form: rest }), 400, "invalid_request");
  }
});

test("a form that says the same twice is refused", async (t) => {
  const { client, account } = await startWithAccount(t);
  const form = new URLSearchParams({
    grant_type: "password",
    username: account.email,
    password: PASSWORD,
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  for (const more of ["&username=eve@example.com", "&scope=&scope=", "&password=%00", "&x=%FF"]) {
    const answer = await client.post(TOKEN_URL, { content: `${form}${more}`, headers });
    assertRefused(answer, 400, "invalid_request");
  }
});

test("a body of another kind is refused as clients read it", async (t) => {
  const { client } = await startWithAccount(t);
  assertRefused(await client.post(TOKEN_URL, { json: {} }), 415, "invalid_request");
  const problem = assertRefused(
    await client.post(REFRESH_URL, { json: {} }),
    422,
    "invalid_request",
  );
  const errors = problem["errors"] as { field: string }[];
  assert.deepEqual(
    errors.map(({ field }) => field),
    ["refresh_token"],
  );
});

test("too many attempts are no token", async (t) => {
  const { client } = await startWithAccount(t, { RATE_LIMIT_AUTH: "1/minute" });
  await attemptSignIn(client, "ann@example.com");
  const answer = await attemptSignIn(client, "ann@example.com");
  assertRefused(answer, 429, "temporarily_unavailable");
  assert.ok(Number(answer.headers["retry-after"]) >= 1);
  assert.match(String(answer.headers["ratelimit-policy"]), /;q=1;w=60$/);
});

test("every OAuth endpoint is known by its errors", () => {
  for (const url of ENDPOINTS) {
    assert.ok(PUBLIC_ROUTES.has(`POST ${url}`), url);
  }
  assert.deepEqual([...ENDPOINTS].sort(), [REFRESH_URL, REVOKE_URL, TOKEN_URL].sort());
});

test("an error outside of the route has the same shape", async (t) => {
  const { client } = await startWithAccount(t);
  const faults: readonly ["GET" | "POST", Options, number][] = [
    ["GET", {}, 405],
    ["POST", { content: "x".repeat(1_100_000) }, 413],
    ["POST", { content: "x", headers: { "content-encoding": "gzip" } }, 415],
    ["POST", { headers: { host: "evil.example" } }, 400],
  ];
  for (const url of ENDPOINTS) {
    for (const [method, options, status] of faults) {
      const answer = await client.request(method, url, options);
      assertRefused(answer, status, "invalid_request");
      assert.equal(Number(answer.headers["content-length"]), Buffer.byteLength(answer.body));
    }
  }
});

test("a flood has it too", async (t) => {
  const { client } = await startWithAccount(t, { RATE_LIMIT_DEFAULT: "1/minute" });
  await client.get("/nowhere");
  const answer = await client.post(TOKEN_URL, { form: {} });
  assertRefused(answer, 429, "temporarily_unavailable");
  assert.ok(Number(answer.headers["retry-after"]) >= 1);
});

test("an answer that takes too long has it too", async (t) => {
  const { client, account } = await startWithAccount(t, { REQUEST_TIMEOUT_SECONDS: "1" });
  const tokens = await tokensOf(client, account);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  t.mock.method(UserRepository.prototype, "lock", () => promise);
  assertRefused(await refreshed(client, tokens.refresh_token), 503, "temporarily_unavailable");
  resolve(undefined);
});

test("a crash has it too", async (t) => {
  const { client, resources } = await startWithAccount(t);
  t.mock.method(resources.database, "reader", () => Promise.reject(new Error("boom")));
  t.mock.method(resources.database, "transaction", () => Promise.reject(new Error("boom")));
  const form = { grant_type: "password", username: "a@example.com", password: PASSWORD };
  assertRefused(await client.post(TOKEN_URL, { form }), 500, "server_error");
  assertRefused(await client.post(REVOKE_URL, { form: { token: "x" } }), 500, "server_error");
  assertRefused(await refreshed(client, "x".repeat(43)), 500, "server_error");
});

test("a refresh may narrow its access token alone", async (t) => {
  const { client, resources } = await startWithAccount(t);
  const admin = await makeUser(resources, { role: "admin" });
  await giveUsualPassword(resources, admin);
  const tokens = await tokensOf(client, admin, { scope: "users:read account:write" });
  const refused = await grant(client, tokens.refresh_token, { scope: "account:write users:write" });
  assertRefused(refused, 400, "invalid_scope");
  const narrow = await grant(client, tokens.refresh_token, { scope: "account:write" });
  const { access_token, refresh_token, scope } = narrow.json<Tokens>();
  assert.equal(scope, "account:write");
  const headers = { authorization: `Bearer ${access_token}` };
  assert.equal((await client.get("/api/v1/users", { headers })).statusCode, 403);
  const whole = await grant(client, refresh_token);
  assert.equal(whole.json<Tokens>().scope, "account:write users:read");
});

test("revoking either token ends the session", async (t) => {
  const { client, account, resources } = await startWithAccount(t);
  for (const kind of ["access_token", "refresh_token"] as const) {
    const tokens = await tokensOf(client, account);
    const other = await tokensOf(client, account);
    const before = (await audited(resources, account.id)).length;
    const form = { token: tokens[kind], token_type_hint: kind, client_id: "web" };
    const answer = await client.post(REVOKE_URL, { form });
    assert.deepEqual([answer.statusCode, answer.body], [200, ""]);
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.equal(await statusWith(client, tokens.access_token), 401);
    assert.equal((await refreshed(client, tokens.refresh_token)).statusCode, 401);
    assert.equal(await statusWith(client, other.access_token), 200);
    assert.deepEqual((await audited(resources, account.id)).slice(before), ["auth.logout"]);
  }
});

test("revoking what is no token is no error", async (t) => {
  const { client, account } = await startWithAccount(t);
  const { access_token } = await tokensOf(client, account);
  for (const token of ["unknown", "x".repeat(4000), `${access_token}x`]) {
    assert.equal((await client.post(REVOKE_URL, { form: { token } })).statusCode, 200);
  }
  assert.equal(await statusWith(client, access_token), 200);
  assertRefused(await client.post(REVOKE_URL, { form: {} }), 400, "invalid_request");
});
