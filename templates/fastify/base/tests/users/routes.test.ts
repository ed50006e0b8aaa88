/** Accounts over HTTP: one's own, and those of others. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { findUser, makeUser } from "../support/factories.ts";
import { fieldsOf, problemOf } from "../support/problems.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const USERS = "/api/v1/users";
const ME = `${USERS}/me`;
const FIELDS = ["created_at", "email", "email_verified", "full_name", "id", "is_active", "role"];

const namesOf = (value: object): string[] => Object.keys(value).toSorted();

test("anonymous callers cannot read accounts", async (t) => {
  const { client } = await startService(t);
  for (const path of [ME, USERS, `${USERS}/export`, `${USERS}/${randomUUID()}`]) {
    problemOf(await client.get(path), 401);
  }
});

test("the caller's account has the documented fields and no other", async (t) => {
  const { client, user } = await signUp(await startService(t));
  const me = (await client.get(ME)).json();
  assert.deepEqual(namesOf(me), FIELDS);
  assert.deepEqual(me, {
    id: user.id,
    email: user.email,
    full_name: user.fullName,
    role: "user",
    is_active: true,
    email_verified: true,
    created_at: user.createdAt.toISOString(),
  });
});

test("the caller changes the own name", async (t) => {
  const { client } = await signUp(await startService(t));
  const answer = await client.patch(ME, { json: { full_name: "New Name" } });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.json().full_name, "New Name");
  assert.deepEqual((await client.get(ME)).json(), answer.json());
  for (const json of [{}, { full_name: "n".repeat(200) }, { full_name: "n" }]) {
    assert.equal((await client.patch(ME, { json })).statusCode, 200);
  }
});

test("privileged fields are refused and not ignored", async (t) => {
  const { resources, ...service } = await startService(t);
  const { client, user } = await signUp({ resources, ...service });
  const refused: [string, unknown][] = [
    ["role", "admin"],
    ["is_active", true],
    ["email", "new@example.com"],
    ["email_verified", true],
    ["id", randomUUID()],
    ["created_at", "2026-01-31T12:00:00Z"],
    ["permissions", ["users:read"]],
    ["__class__", "x"],
    ["full_name", ""],
    ["full_name", "n".repeat(201)],
    ["full_name", null],
    ["full_name", 1],
    ["full_name", { $ne: "" }],
  ];
  for (const [field, value] of refused) {
    const answer = await client.patch(ME, { json: { full_name: "New Name", [field]: value } });
    assert.deepEqual(fieldsOf(answer), [field]);
  }
  assert.deepEqual(await findUser(resources, user), user);
});

test("a refused value is not repeated", async (t) => {
  const { client } = await signUp(await startService(t));
  const json = { full_name: `\u2620${"n".repeat(200)}`, x: "hunter2" };
  const { body } = await client.patch(ME, { json });
  assert.ok(!body.includes("hunter2"));
  assert.ok(!body.includes("\u2620"));
});

test("the caller leaves", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const answer = await client.delete(ME);
  assert.deepEqual([answer.statusCode, answer.body], [204, ""]);
  problemOf(await client.get(ME), 401);
  assert.equal(await findUser(service.resources, user), undefined);
  const events = await auditEvents(service.resources, "user.deleted", { subjectId: user.id });
  assert.deepEqual(
    events.map((event) => event.actorId),
    [user.id],
  );
});

test("an admin reads accounts", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const other = await makeUser(service.resources);
  const { items } = (await admin.client.get(USERS)).json();
  assert.deepEqual(
    items.map(({ id }: { id: string }) => id),
    [other.id, admin.user.id],
  );
  for (const item of items) {
    assert.deepEqual(namesOf(item), FIELDS);
  }
  assert.deepEqual((await admin.client.get(`${USERS}/${other.id}`)).json(), items[0]);
  assert.deepEqual((await admin.client.get(`${USERS}/${other.id.toUpperCase()}`)).json(), items[0]);
});

test("an account that does not exist is not found", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  const path = `${USERS}/${randomUUID()}`;
  problemOf(await client.get(path), 404);
  problemOf(await client.patch(path, { json: { is_active: false } }), 404);
  problemOf(await client.delete(path), 404);
  problemOf(await client.delete(`${path}/sessions`), 404);
});

test("an admin disables and enables an account", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service, "admin");
  const user = await signUp(service);
  const path = `${USERS}/${user.user.id}`;
  assert.equal((await client.patch(path, { json: { is_active: false } })).json().is_active, false);
  problemOf(await user.client.get(ME), 401);
  assert.equal((await client.patch(path, { json: { is_active: true } })).json().is_active, true);
  // The access that ended does not come back with the account.
  problemOf(await user.client.get(ME), 401);
});

test("an admin cannot change anything else", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service, "admin");
  const other = await makeUser(service.resources);
  const refused: [string, unknown][] = [
    ["is_active", "false"],
    ["is_active", 0],
    ["is_active", null],
    ["full_name", "New"],
    ["email", "new@example.com"],
    ["email_verified", true],
    ["unknown", 1],
  ];
  for (const [field, value] of refused) {
    const json = { is_active: false, [field]: value };
    assert.deepEqual(fieldsOf(await client.patch(`${USERS}/${other.id}`, { json })), [field]);
  }
  assert.deepEqual(await findUser(service.resources, other), other);
});

test("an admin deletes an account", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service, "admin");
  const user = await signUp(service);
  const path = `${USERS}/${user.user.id}`;
  assert.equal((await client.delete(path)).statusCode, 204);
  problemOf(await client.get(path), 404);
  problemOf(await user.client.get(ME), 401);
});

test("an admin can end all access to an account", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const user = await signUp(service);
  const elsewhere = await signUp(service, "user", { user: user.user });
  const answer = await admin.client.delete(`${USERS}/${user.user.id}/sessions`);
  assert.deepEqual([answer.statusCode, answer.body], [204, ""]);
  for (const { client } of [user, elsewhere]) {
    problemOf(await client.get(ME), 401);
  }
  assert.equal((await admin.client.get(ME)).statusCode, 200);
  assert.deepEqual(await findUser(service.resources, user.user), user.user);
  const about = { subjectId: user.user.id };
  const events = await auditEvents(service.resources, "user.sessions.ended", about);
  assert.deepEqual(
    events.map((event) => event.actorId),
    [admin.user.id],
  );
});

test("the last active admin stays", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service, "admin");
  // One that is disabled cannot stand in.
  await makeUser(service.resources, { role: "admin", isActive: false });
  const own = `${USERS}/${user.id}`;
  problemOf(await client.patch(own, { json: { is_active: false } }), 409);
  problemOf(await client.delete(own), 409);
  problemOf(await client.delete(ME), 409);
  assert.deepEqual(await findUser(service.resources, user), user);
  assert.equal((await client.get(ME)).statusCode, 200);
  // What leaves an admin is no removal.
  assert.equal((await client.patch(own, { json: { is_active: true } })).statusCode, 200);
  assert.equal((await client.patch(own, { json: {} })).statusCode, 200);
});

test("an admin with a successor may go", async (t) => {
  const service = await startService(t);
  await makeUser(service.resources, { role: "admin" });
  const one = await signUp(service, "admin");
  const json = { is_active: false };
  assert.equal((await one.client.patch(`${USERS}/${one.user.id}`, { json })).statusCode, 200);
  const two = await signUp(service, "admin");
  assert.equal((await two.client.delete(ME)).statusCode, 204);
});

test("no response contains a credential", async (t) => {
  const { client, user } = await signUp(await startService(t), "admin");
  for (const path of [ME, USERS, `${USERS}/${user.id}`, `${USERS}/export`]) {
    const { body } = await client.get(path);
    assert.doesNotMatch(body, /passw|hash|secret|token/i);
  }
});
