/** API keys as credentials: attacks, and what ends one. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { KIND } from "../../src/api-keys/model.ts";
import { KeySecret } from "../../src/api-keys/secret.ts";
import { newId } from "../../src/ids.ts";
import { Keys } from "../../src/security/keys.ts";
import { Secret } from "../../src/settings/secret.ts";
import { UserRepository } from "../../src/users/repository.ts";
import type { Client } from "../support/client.ts";
import { makeUser } from "../support/factories.ts";
import { recordedStatements } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { KEY_HEADER, makeKey } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";
import { storedDigests } from "../support/stored-tokens.ts";
import { travel } from "../support/time.ts";

const ME = "/api/v1/users/me";

const statusWith = async (client: Client, key: string): Promise<number> =>
  (await client.get(ME, { headers: { [KEY_HEADER]: key } })).statusCode;

test("a forged key is refused", async (t) => {
  const { client, resources } = await startService(t);
  const one = (await makeKey(resources, await makeUser(resources))).text;
  const other = (await makeKey(resources, await makeUser(resources))).text;
  assert.equal(await statusWith(client, one), 200);
  const last = one.endsWith("A") ? "B" : "A";
  for (const forged of [
    one.slice(0, 36) + other.slice(36),
    one.slice(0, -1) + last,
    `${one}x`,
    one.slice(0, -1),
    one.toUpperCase(),
    `${one}, ${one}`,
    "csa_",
    "x".repeat(5000),
  ]) {
    assert.equal(await statusWith(client, forged), 401, forged.slice(0, 80));
  }
});

test("the stored digest is no key", async (t) => {
  const { client, resources } = await startService(t);
  const user = await makeUser(resources);
  const { text } = await makeKey(resources, user);
  for (const digest of await storedDigests(resources, user.id, KIND)) {
    assert.equal(await statusWith(client, text.slice(0, 37) + digest.toString("base64url")), 401);
  }
});

test("a key is accepted in its own header only", async (t) => {
  const { client, resources } = await startService(t);
  const { text } = await makeKey(resources, await makeUser(resources));
  for (const [name, value] of [
    ["authorization", `Bearer ${text}`],
    ["authorization", text],
    ["cookie", `${KEY_HEADER}=${text}`],
    ["api-key", text],
  ] as const) {
    assert.equal((await client.get(ME, { headers: { [name]: value } })).statusCode, 401);
  }
  for (const name of [KEY_HEADER, "api_key"]) {
    assert.equal((await client.get(ME, { query: { [name]: text } })).statusCode, 401);
  }
});

test("a refusal says how to authenticate", async (t) => {
  const { client } = await startService(t);
  const answer = await client.get(ME);
  assert.equal(answer.headers["www-authenticate"], 'ApiKey header="X-API-Key"');
});

test("guessing keys is limited", async (t) => {
  const { client } = await startService(t, { RATE_LIMIT_DEFAULT: "5/minute" });
  const statuses = [];
  for (let number = 0; number < 6; number++) {
    statuses.push(await statusWith(client, new KeySecret(newId()).reveal()));
  }
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429]);
});

test("a key of a disabled account is refused", async (t) => {
  const service = await startService(t);
  const { user, client } = await signUp(service);
  await service.resources.database.transaction((transaction) =>
    new UserRepository(transaction).update(user.id, { isActive: false }),
  );
  assert.equal((await client.get(ME)).statusCode, 401);
});

test("a use is noted once a minute", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service);
  const counts = [];
  for (const seconds of [30, 31, 1]) {
    travel(t, seconds * 1_000);
    const statements = await recordedStatements(() => client.get(ME));
    counts.push(statements.filter((text) => /^\s*update/i.test(text)).length);
  }
  assert.deepEqual(counts, [0, 1, 0]);
});

test("a use that the database does not take stops no request", async (t) => {
  const { client, lines, resources } = await startService(t);
  const { text } = await makeKey(resources, await makeUser(resources));
  const other = await makeKey(resources, await makeUser(resources));
  // No two tokens share one.
  t.mock.method(KeySecret.prototype, "digest", () => other.token.digest);
  const headers = { [KEY_HEADER]: text };
  const answer = await client.patch(ME, { headers, json: { full_name: "New" } });
  assert.equal(answer.statusCode, 200);
  assert.ok(lines.some((line) => line["event"] === "api_key.use.lost"));
});

test("a key in use stays valid after its secret is removed", async (t) => {
  const { client, resources } = await startService(t);
  const user = await makeUser(resources);
  const used = (await makeKey(resources, user)).text;
  const unused = (await makeKey(resources, user)).text;
  assert.equal(await statusWith(client, used), 200);
  const { settings } = resources;
  const secretKey = new Secret("Zm9yIHRoZSB0ZXN0cyBvZiByb3RhdGlvbiwgYSBuZXcga2V5");
  const secretKeyFallbacks = [settings.secretKey];
  Object.assign(resources, { keys: new Keys({ ...settings, secretKey, secretKeyFallbacks }) });
  assert.equal(await statusWith(client, used), 200);
  Object.assign(resources, { keys: new Keys({ ...settings, secretKey, secretKeyFallbacks: [] }) });
  assert.equal(await statusWith(client, used), 200);
  assert.equal(await statusWith(client, unused), 401);
});
