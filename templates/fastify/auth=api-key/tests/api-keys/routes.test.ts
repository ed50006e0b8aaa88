/** API keys over HTTP: creating, listing and revoking. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { KIND } from "../../src/api-keys/model.ts";
import { endKeys, lockLineage } from "../../src/api-keys/revocation.ts";
import { ALL_PERMISSIONS, PERMISSIONS, ROLES } from "../../src/auth/permissions.ts";
import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { Client } from "../support/client.ts";
import { makeUser } from "../support/factories.ts";
import { auditEvents } from "../support/queries.ts";
import { type Service, startService } from "../support/service.ts";
import { KEY_HEADER, makeKey } from "../support/sign-in.ts";
import { type Caller, signUp } from "../support/sign-up.ts";
import { storedDigests } from "../support/stored-tokens.ts";
import { travel } from "../support/time.ts";

const KEYS = "/api/v1/api-keys";
const ME = "/api/v1/users/me";
const USERS = "/api/v1/users";
const FORM = { name: "reports", scopes: ["account:write"] };
const HOUR = 3_600_000;

interface Issued {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  readonly scopes: string[];
  readonly expires_at: string | null;
  readonly key: string;
}

/** Makes a client that sends a key. */
const holding = ({ app }: Service, { key }: { readonly key: string }): Client => {
  const client = new Client(app);
  client.headers[KEY_HEADER] = key;
  return client;
};

/** Creates a key over HTTP. */
const issued = async ({ client }: Pick<Caller, "client">, form: object = {}): Promise<Issued> => {
  const answer = await client.post(KEYS, { json: { ...FORM, ...form } });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json<Issued>();
};

const idsOf = async (client: Client): Promise<string[]> =>
  (await client.get(KEYS)).json<{ items: Issued[] }>().items.map(({ id }) => id);

test("nobody reaches keys", async (t) => {
  const { client } = await startService(t);
  assert.equal((await client.get(KEYS)).statusCode, 401);
  assert.equal((await client.post(KEYS, { json: FORM })).statusCode, 401);
  assert.equal((await client.delete(`${KEYS}/${newId()}`)).statusCode, 401);
});

test("a key is shown once and stored as a hash", async (t) => {
  const service = await startService(t);
  const { user, client } = await signUp(service);
  const answer = await client.post(KEYS, { json: FORM });
  assert.equal(answer.headers["cache-control"], "no-store");
  const { key, ...rest } = answer.json<Issued>();
  assert.equal(answer.headers["location"], `${KEYS}/${rest.id}`);
  assert.deepEqual([rest.name, rest.scopes, rest.expires_at], ["reports", ["account:write"], null]);
  assert.equal(rest.user_id, user.id);
  assert.equal(key.split("_")[1], rest.id.replaceAll("-", ""));
  const listed = await client.get(KEYS);
  assert.deepEqual(listed.json().items[0], rest);
  const secret = key.slice(-43);
  assert.ok(!listed.body.includes(secret));
  const digests = await storedDigests(service.resources, user.id, KIND);
  assert.equal(digests.length, 2);
  assert.ok(digests.every((digest) => !digest.equals(Buffer.from(secret, "base64url"))));
  assert.equal((await holding(service, { key }).get(ME)).json().id, user.id);
  assert.ok(!JSON.stringify(service.lines).includes(secret));
});

test("a key does what its scopes name and nothing else", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const client = holding(service, await issued(admin, { scopes: ["account:write", "users:read"] }));
  assert.equal((await client.patch(ME, { json: { full_name: "New" } })).statusCode, 200);
  assert.equal((await client.get(USERS)).statusCode, 200);
  assert.equal((await client.get(`${USERS}/export`)).statusCode, 403);
  assert.equal((await client.delete(`${USERS}/${newId()}`)).statusCode, 403);
});

test("a key manages keys only with the scope for it", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const made = await issued(admin);
  const scopes = ALL_PERMISSIONS.filter((permission) => permission !== "api_keys:write");
  const narrow = await issued(admin, { scopes });
  const client = holding(service, narrow);
  for (const refused of [
    await client.get(KEYS),
    await client.post(KEYS, { json: FORM }),
    await client.delete(`${KEYS}/${made.id}`),
  ]) {
    assert.equal(refused.statusCode, 403);
    assert.match(String(refused.headers["www-authenticate"]), /error="insufficient_scope"/);
  }
  assert.equal((await client.delete(`${KEYS}/${narrow.id}`)).statusCode, 204);
  assert.equal((await client.get(ME)).statusCode, 401);
});

test("scopes beyond the role are refused", async (t) => {
  const service = await startService(t);
  for (const role of ROLES) {
    const { user, client } = await signUp(service, role);
    for (const permission of ALL_PERMISSIONS) {
      const answer = await client.post(KEYS, { json: { name: "k", scopes: [permission] } });
      const isAllowed = PERMISSIONS[role].has(permission);
      assert.equal(answer.statusCode, isAllowed ? 201 : 403, permission);
    }
    const events = await auditEvents(service.resources, "access.denied", { actorId: user.id });
    assert.equal(events.length, role === "admin" ? 0 : 1);
  }
});

test("a key cannot create one with more scopes", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const narrow = await issued(admin, { scopes: ["api_keys:write", "account:write"] });
  const client = holding(service, narrow);
  const wider = { name: "wider", scopes: ["account:write", "users:delete", "users:write"] };
  assert.equal((await client.post(KEYS, { json: wider })).statusCode, 403);
  assert.equal((await client.post(KEYS, { json: FORM })).statusCode, 201);
  const [event] = await auditEvents(service.resources, "access.denied", { actorId: admin.user.id });
  assert.deepEqual({ ...event?.details }, { permission: "users:delete" });
});

test("a narrow key cannot widen itself through another account", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const made = await issued(admin, { scopes: ["api_keys:write", "users:write"] });
  const client = holding(service, made);
  const body = { email: "mule@example.com", full_name: "Mule", role: "admin" };
  const mule = (await client.post(USERS, { json: body })).json();
  const gift = { name: "gift", scopes: ["users:delete"], user_id: mule.id };
  assert.equal((await client.post(KEYS, { json: gift })).statusCode, 403);
  const json = { ...gift, scopes: ["users:write"] };
  assert.equal((await client.post(KEYS, { json })).statusCode, 201);
});

test("a role that is taken away meanwhile gives no key", async (t) => {
  const service = await startService(t);
  const { resources } = service;
  const admin = await signUp(service, "admin");
  const other = await makeUser(resources, { role: "admin" });
  const json = { name: "late", scopes: ["users:read"], user_id: other.id };
  const { attempt } = await resources.database.transaction(async (transaction) => {
    await new UserRepository(transaction).lock(admin.user.id);
    const waiting = admin.client.post(KEYS, { json });
    // Until it is at the database, where it has to wait.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await new UserRepository(transaction).update(admin.user.id, { role: "user" });
    return { attempt: waiting };
  });
  assert.equal((await attempt).statusCode, 403);
});

test("an admin gives an account a key, inside its role", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const other = await makeUser(service.resources);
  const scopes = ["api_keys:write", "account:write"];
  const made = await issued(admin, { user_id: other.id, scopes });
  assert.equal(made.user_id, other.id);
  const client = holding(service, made);
  assert.equal((await client.get(ME)).json().id, other.id);
  assert.deepEqual(await idsOf(client), [made.id]);
  assert.ok(!(await idsOf(admin.client)).includes(made.id));
  const json = { name: "k", scopes: ["users:read"], user_id: other.id };
  assert.equal((await admin.client.post(KEYS, { json })).statusCode, 403);
});

test("only who manages accounts gives keys, and to active accounts", async (t) => {
  const service = await startService(t);
  const { resources } = service;
  const other = await makeUser(resources);
  const disabled = await makeUser(resources, { isActive: false });
  for (const role of ["user", "moderator"] as const) {
    const caller = await signUp(service, role);
    for (const user_id of [other.id, caller.user.id, newId()]) {
      assert.equal(
        (await caller.client.post(KEYS, { json: { ...FORM, user_id } })).statusCode,
        403,
      );
    }
  }
  const { client } = await signUp(service, "admin");
  const absent = { ...FORM, user_id: newId() };
  assert.equal((await client.post(KEYS, { json: absent })).statusCode, 404);
  const unusable = { ...FORM, user_id: disabled.id };
  assert.equal((await client.post(KEYS, { json: unusable })).statusCode, 409);
});

test("a revoked key is refused immediately", async (t) => {
  const service = await startService(t);
  const user = await signUp(service);
  const made = await issued(user);
  const client = holding(service, made);
  assert.equal((await client.get(ME)).statusCode, 200);
  const answer = await user.client.delete(`${KEYS}/${made.id}`);
  assert.deepEqual([answer.statusCode, answer.body], [204, ""]);
  assert.equal((await client.get(ME)).statusCode, 401);
  assert.ok(!(await idsOf(user.client)).includes(made.id));
  assert.equal((await user.client.delete(`${KEYS}/${made.id}`)).statusCode, 404);
  const actorId = user.user.id;
  const events = await auditEvents(service.resources, "api_key.revoked", { actorId });
  assert.deepEqual(
    events.map(({ details }) => ({ ...details })),
    [{ id: made.id }],
  );
});

test("another account's key looks like a missing one", async (t) => {
  const service = await startService(t);
  const user = await signUp(service);
  const moderator = await signUp(service, "moderator");
  const made = await issued(user);
  const theirs = await moderator.client.delete(`${KEYS}/${made.id}`);
  const absent = await moderator.client.delete(`${KEYS}/${newId()}`);
  assert.deepEqual([theirs.statusCode, absent.statusCode], [404, 404]);
  assert.equal(theirs.json().detail, absent.json().detail);
  assert.ok(!(await idsOf(moderator.client)).includes(made.id));
  assert.equal((await holding(service, made).get(ME)).statusCode, 200);
});

test("who manages accounts ends any key", async (t) => {
  const service = await startService(t);
  const user = await signUp(service);
  const admin = await signUp(service, "admin");
  const made = await issued(user);
  const narrow = holding(service, await issued(admin, { scopes: ["api_keys:write"] }));
  assert.equal((await narrow.delete(`${KEYS}/${made.id}`)).statusCode, 404);
  assert.equal((await admin.client.delete(`${KEYS}/${made.id}`)).statusCode, 204);
  assert.equal((await holding(service, made).get(ME)).statusCode, 401);
  const about = { actorId: admin.user.id, subjectId: user.user.id };
  const events = await auditEvents(service.resources, "api_key.revoked", about);
  assert.deepEqual(
    events.map(({ details }) => ({ ...details })),
    [{ id: made.id }],
  );
});

test("revoking a key revokes the keys created with it", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const other = await makeUser(service.resources, { role: "admin" });
  const scopes = ["api_keys:write", "account:write", "users:write"];
  const stolen = await issued(admin, { scopes });
  const made = [stolen];
  for (const user_id of [null, other.id, null]) {
    const client = holding(service, made.at(-1) ?? stolen);
    made.push(await issued({ client }, { name: "copy", scopes, user_id }));
  }
  assert.equal((await admin.client.delete(`${KEYS}/${stolen.id}`)).statusCode, 204);
  for (const key of made) {
    assert.equal((await holding(service, key).get(ME)).statusCode, 401);
  }
  const actorId = admin.user.id;
  const events = await auditEvents(service.resources, "api_key.revoked", { actorId });
  assert.deepEqual(
    new Set(events.map(({ details }) => details["id"])),
    new Set(made.map(({ id }) => id)),
  );
  assert.equal((await admin.client.get(ME)).statusCode, 200);
});

test("no key is made with one that ends in the meantime", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const made = await issued(admin, { scopes: ["api_keys:write", "account:write"] });
  const client = holding(service, made);
  const { attempt } = await service.resources.database.transaction(async (transaction) => {
    const lineage = await lockLineage(transaction, [made.id]);
    const waiting = client.post(KEYS, { json: FORM });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await endKeys(transaction, lineage, admin.user.id);
    return { attempt: waiting };
  });
  assert.equal((await attempt).statusCode, 401);
});

test("an account has a hundred keys at most", async (t) => {
  const service = await startService(t);
  const user = await signUp(service);
  let last = "";
  for (let number = 0; number < 99; number++) {
    last = (await makeKey(service.resources, user.user)).token.id;
  }
  assert.equal((await user.client.post(KEYS, { json: FORM })).statusCode, 409);
  assert.equal((await user.client.delete(`${KEYS}/${last}`)).statusCode, 204);
  await issued(user);
});

test("a key expires", async (t) => {
  const service = await startService(t);
  const user = await signUp(service);
  travel(t, 0);
  const expires_at = new Date(now().getTime() + HOUR).toISOString();
  const made = await issued(user, { expires_at });
  assert.equal(made.expires_at, expires_at);
  const client = holding(service, made);
  travel(t, HOUR - 1);
  assert.equal((await client.get(ME)).statusCode, 200);
  travel(t, 1);
  assert.equal((await client.get(ME)).statusCode, 401);
});

test("what no key can be is refused", async (t) => {
  const { client } = await signUp(await startService(t));
  for (const [field, value] of [
    ["name", ""],
    ["name", "n".repeat(101)],
    ["name", null],
    ["name", "a\u202e"],
    ["scopes", []],
    ["scopes", ["users:everything"]],
    ["scopes", "account:write"],
    ["scopes", ["*"]],
    ["user_id", "me"],
    ["id", newId()],
    ["key", "csa_mine"],
    ["expires_at", "2020-01-01T00:00:00Z"],
    ["expires_at", "2099-01-01T00:00:00"],
    ["expires_at", "2099-13-45T00:00:00Z"],
    ["expires_at", "2099-02-29T00:00:00Z"],
    ["expires_at", "2099-04-31T00:00:00Z"],
    ["expires_at", "9999-12-31T23:59:59-23:59"],
    ["expires_at", 4_070_908_800],
    ["expires_at", "4070908800"],
    ["expires_at", "2099-01-01 00:00:00Z"],
    ["expires_at", "tomorrow"],
    ["expires_at", ""],
    ["expires_at", true],
  ] as const) {
    const answer = await client.post(KEYS, { json: { ...FORM, [field]: value } });
    assert.equal(answer.statusCode, 422, `${field}: ${JSON.stringify(value)} ${answer.body}`);
    const { errors } = answer.json<{ errors: { field: string }[] }>();
    assert.equal(errors[0]?.field.split(".")[0], field);
  }
});

test("a key cannot make one that outlives it", async (t) => {
  const service = await startService(t);
  const user = await signUp(service);
  const soon = now().getTime() + HOUR;
  const at = (moment: number) => new Date(moment).toISOString();
  const scopes = ["api_keys:write", "account:write"];
  const client = holding(service, await issued(user, { expires_at: at(soon), scopes }));
  const later = { ...FORM, expires_at: at(soon + 1_000) };
  assert.equal((await client.post(KEYS, { json: later })).statusCode, 403);
  assert.equal((await issued({ client })).expires_at, at(soon));
  assert.equal((await issued({ client }, { expires_at: at(soon - 60_000) })).name, "reports");
});

test("keys are listed in pages", async (t) => {
  const { client } = await signUp(await startService(t));
  const made = [];
  for (let number = 0; number < 3; number++) {
    made.push((await issued({ client }, { name: `key ${number}` })).id);
  }
  const first = (await client.get(KEYS, { query: { limit: "2" } })).json();
  const query = { limit: "2", cursor: first.next_cursor };
  const second = (await client.get(KEYS, { query })).json();
  const ids = [...first.items, ...second.items].map(({ id }) => id);
  assert.deepEqual(ids.slice(0, 3), made.toReversed());
  assert.equal(ids.length, 4);
  assert.equal(second.next_cursor, null);
});
